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

/** A table for a terminal of so many characters in a line: see `aligned`. */
export const alignedTable = ({ head, rows }: Table, width?: number): string =>
  aligned([head, ...rows], width);
