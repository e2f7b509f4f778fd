import type { BrowserKind } from "./driver.js";

/** What came of a file of tests in a browser. */
export interface FileRun {
  readonly browser: BrowserKind["name"];
  readonly version: string;
  readonly file: string;
  readonly passed: number;
  /** Names of tests, with the describes that they are in. */
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
  /** As in 2026-11-30. */
  readonly date: string;
  /** Processor and system. */
  readonly machine: string;
}

const headOf = (of: string): readonly string[] => [
  `# The ${of}'s tests in browsers`,
  "",
  "Made by `npm run browsers`, which runs each file of tests in each browser by itself.",
  "",
  "| file | browser | passed | failed | skipped | date | machine |",
  "| --- | --- | --- | --- | --- | --- | --- |",
];

/**
 * The record with some runs in it. What it had of the same files in the same browsers is replaced, everything else stays.
 *
 * @param before the record so far; empty where there is none
 * @param of whose tests they are
 */
export function recorded(before: string, runs: readonly FileRun[], of: string): string {
  const isReplaced = (line: string): boolean =>
    runs.some((run) => line.startsWith(rowStart(run)) || line.startsWith(noteStart(run)));
  const kept = before.split("\n").filter((line) => !isReplaced(line));
  const rows = kept.filter((line) => /^\| .*\.test\.ts/.test(line));
  const notes = kept.filter((line) => line.startsWith("- "));
  return [
    ...headOf(of),
    ...[...rows, ...runs.map(rowOf)].sort(),
    "",
    ...[...notes, ...runs.flatMap(notesOf)].sort(),
    "",
  ]
    .join("\n")
    .replace(/\n+$/, "\n");
}

const rowStart = ({ file, browser }: FileRun): string => `| ${file} | ${browser} `;
const noteStart = ({ file, browser }: FileRun): string => `- ${file} in ${browser}, `;

function rowOf(run: FileRun): string {
  const { version, passed, failed, skipped, date, machine } = run;
  const cells = [version, passed, failed.length, skipped.length, date, machine];
  return `${rowStart(run)}${cells.join(" | ")} |`;
}

const notesOf = (run: FileRun): string[] => [
  ...run.failed.map((name) => `${noteStart(run)}failed: ${name}`),
  ...run.skipped.map((name) => `${noteStart(run)}skipped: ${name}`),
];
