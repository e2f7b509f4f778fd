import type { Language } from "./language.js";
import type { ReportData } from "./report/index.js";
import { numbersIn } from "./report/numbers.js";
import { summarize, type TechniqueSummary } from "./report/summary.js";
import { texts } from "./report/text/index.js";

/**
 * The comparison as text: one row per technique, figures of its best epoch, means over its seeds.
 *
 * @param width characters in a line. Default: as many as it takes
 */
export function comparisonTable(data: ReportData, language: Language = "en", width?: number): string {
  const text = texts[language];
  const numbers = numbersIn(language, text);
  const { head, points, published } = text.terminal;
  const rows = summarize(data).map((summary) => [
    summary.technique,
    numbers.percentOf(summary.valAccuracy),
    epochsOf(summary),
    numbers.figure(summary.testLoss.mean),
    numbers.percentOf(summary.testAccuracy),
    points(numbers.pointsBetween(summary.trainAccuracy.mean, summary.valAccuracy.mean)),
    numbers.duration(summary.seconds.mean),
    summary.published
      ? published({
          accuracy: numbers.percent(summary.published.valAccuracy),
          epoch: summary.published.epoch,
          here: numbers.percent(summary.published.here),
        })
      : "",
  ]);
  const lines = [head, ...rows];
  // Where nothing can be compared with the notebook, nothing is said of it.
  const areCompared = rows.some((row) => row.at(-1) !== "");
  return aligned(areCompared ? lines : lines.map((line) => line.slice(0, -1)), width);
}

/** The best epochs of the seeds, e.g. `11` or `7-19`. */
function epochsOf({ runs }: TechniqueSummary): string {
  const epochs = runs.map(({ bestEpoch }) => bestEpoch);
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  return first === last ? String(first) : `${first}-${last}`;
}

/**
 * Columns of text, each as wide as its widest cell. Where that is too wide, the first column, which says what a row is about, has lines of its
 * own; where the rest is still too wide, so has every cell, after its head.
 *
 * @param width characters in a line. Default, also for 0: as many as it takes
 */
export function aligned(lines: readonly (readonly string[])[], width = 0): string {
  const wide = columns(lines);
  if (fits(wide, width)) return wide.join("\n");
  const rest = columns(lines.map((line) => line.slice(1))).map((line) => `  ${line}`);
  if (fits(rest, width)) return lines.map(([name], i) => `${name}\n${rest[i]}`.trimEnd()).join("\n");
  const [head = [], ...rows] = lines;
  return rows.map((row) => entry(head, row)).join("\n");
}

const fits = (lines: readonly string[], width: number): boolean =>
  width === 0 || lines.every(({ length }) => length <= width);

function columns(lines: readonly (readonly string[])[]): string[] {
  const [head = []] = lines;
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** A row without the cells in which nothing stands. */
function entry([_, ...names]: readonly string[], [first = "", ...cells]: readonly string[]): string {
  const told = cells.flatMap((cell, i) => (cell === "" ? [] : [[`  ${names[i]}`, cell]]));
  return [first, ...columns(told)].join("\n");
}
