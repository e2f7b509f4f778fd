import { cpus } from "node:os";
import { basename } from "node:path";
import { type Runtime, version } from "trazo";
import type { Run } from "./run-folder.js";

/** Names and versions of what computes. */
export const softwareOf = (runtime: Runtime): string[] => [
  `trazo ${version}`,
  runtime.name,
  `Node ${process.versions.node}`,
];

/** The processor in words. */
export function machineName(): string {
  const cores = cpus();
  return `${cores[0]?.model.trim() ?? process.arch}, ${cores.length} ${cores.length === 1 ? "core" : "cores"}`;
}

/** Where runs were made and with what. Where they differ, each text names its runs. */
export interface RunsEnvironment {
  readonly machines: readonly string[];
  readonly software: readonly string[];
  /** When the first and the last of them began, ISO 8601. */
  readonly began: readonly [first: string, last: string];
}

/** What the runs' folders say of it. */
export function environmentOf(runs: readonly Run[]): RunsEnvironment {
  const began = runs.map(({ config }) => config.started).sort();
  return {
    machines: distinct(runs, ({ config }) => config.machine),
    software: distinct(runs, ({ config }) => config.software.join(", ")),
    began: [began[0] ?? "", began.at(-1) ?? ""],
  };
}

function distinct(runs: readonly Run[], textOf: (run: Run) => string): string[] {
  const values = [...new Set(runs.map(textOf))];
  if (values.length === 1) return values;
  return values.map((value) => {
    const names = runs.filter((run) => textOf(run) === value).map(({ folder }) => basename(folder));
    return `${value} (${names.join(", ")})`;
  });
}
