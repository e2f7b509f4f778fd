import type { ReportData } from "./report/index.js";
import { numbersIn } from "./report/numbers.js";
import { summarize, type TechniqueSummary } from "./report/summary.js";
import { texts } from "./report/text/index.js";

const head = ["technique", "val accuracy", "epoch", "test loss", "test accuracy", "gap", "time", "notebook"];

/** The comparison as text: one row per technique, figures of its best epoch, means over its seeds. */
export function comparisonTable(data: ReportData): string {
  const numbers = numbersIn("en", texts.en);
  const rows = summarize(data).map((summary) => [
    summary.technique,
    numbers.percentOf(summary.valAccuracy),
    epochsOf(summary),
    numbers.figure(summary.testLoss.mean),
    numbers.percentOf(summary.testAccuracy),
    `${numbers.pointsBetween(summary.trainAccuracy.mean, summary.valAccuracy.mean)} points`,
    numbers.duration(summary.seconds.mean),
    published(summary, numbers.percent),
  ]);
  return aligned([head, ...rows]);
}

/** The best epochs of the seeds, e.g. `11` or `7-19`. */
function epochsOf({ runs }: TechniqueSummary): string {
  const epochs = runs.map(({ bestEpoch }) => bestEpoch);
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  return first === last ? String(first) : `${first}-${last}`;
}

/** The notebook's validation accuracy, and this run's by the same epoch. */
function published({ published: point }: TechniqueSummary, percent: (share: number) => string): string {
  if (!point) return "";
  return `${percent(point.valAccuracy)} at ${point.epoch}, here ${percent(point.here)}`;
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
