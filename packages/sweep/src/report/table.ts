import {
  aligned,
  comparisonTexts,
  figuresIn,
  intervalText,
  type Language,
  type Table,
} from "@trazo/practice";
import type { SweepSummary } from "../sweep/summary.js";
import { sweepTexts } from "./text.js";

/** Settings with the mean, deviation and interval of what they are compared by. */
export function settingsTable({ plan, settings }: SweepSummary, language: Language): Table {
  const text = sweepTexts[language];
  const figure = figuresIn(comparisonTexts[language].locale);
  return {
    head: [text.setting, text.runs, text.mean(plan.measure), text.deviation, text.interval, text.test],
    rows: settings.map(({ setting, finished, rows, sample, test }) => [
      setting.name,
      `${finished}/${rows.length}`,
      figure(sample?.mean),
      figure(sample?.deviation),
      intervalText(sample?.interval, figure),
      figure(test?.mean),
    ]),
  };
}

/**
 * A table for a terminal. Where it is too wide, the first column, which says what a row is about, has lines of its own.
 *
 * @param width characters in a line. Default, also for 0: as many as it takes
 */
export function alignedTable({ head, rows }: Table, width?: number): string {
  const lines = [head, ...rows];
  const wide = aligned(lines);
  if (!width || wide.split("\n").every((line) => line.length <= width)) return wide;
  const rest = aligned(lines.map((line) => line.slice(1))).split("\n");
  return lines.map(([name], i) => `${name}\n  ${rest[i]}`).join("\n");
}
