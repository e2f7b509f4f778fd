import type { Language } from "./language.js";
import type { ReportData } from "./report/index.js";
import { numbersIn } from "./report/numbers.js";
import { summarize, type TechniqueSummary } from "./report/summary.js";
import { texts } from "./report/text/index.js";

/** The comparison as text: one row per technique, figures of its best epoch, means over its seeds. */
export function comparisonTable(data: ReportData, language: Language = "en"): string {
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
  return aligned(areCompared ? lines : lines.map((line) => line.slice(0, -1)));
}

/** The best epochs of the seeds, e.g. `11` or `7-19`. */
function epochsOf({ runs }: TechniqueSummary): string {
  const epochs = runs.map(({ bestEpoch }) => bestEpoch);
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  return first === last ? String(first) : `${first}-${last}`;
}

/** Columns of text, each as wide as its widest cell. */
export function aligned(lines: readonly (readonly string[])[]): string {
  const [head = []] = lines;
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
