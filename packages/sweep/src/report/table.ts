import { aligned, type Language } from "@trazo/practice";
import type { Comparison } from "../statistics/compare.js";
import type { Sample } from "../statistics/sample.js";
import type { SweepSummary } from "../sweep/summary.js";
import { sweepTexts } from "./text.js";

/** A table's head and rows, as texts. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Settings with the mean, deviation and interval of what they are compared by. */
export function settingsTable({ plan, settings }: SweepSummary, language: Language): Table {
  const text = sweepTexts[language];
  const figure = figuresIn(text.locale);
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

/** The comparisons, as they are to be read. */
export function comparisonsTable(comparisons: readonly Comparison[], language: Language): Table {
  const text = sweepTexts[language];
  const figure = figuresIn(text.locale);
  return {
    head: [text.difference, text.pairs, "Δ", text.differenceInterval, "p", text.verdict],
    rows: comparisons.map(({ first, second, pairs, difference, interval, p, isReal }) => [
      `${first} − ${second}`,
      String(pairs),
      signed(difference, figure),
      intervalText(interval, figure),
      p === undefined ? "" : p < 0.001 ? `< ${figure(0.001, 3)}` : figure(p, 3),
      p === undefined ? "" : isReal ? text.real : text.perhapsLuck,
    ]),
  };
}

type Figures = (value: number | undefined, digits?: number) => string;

const figuresIn =
  (locale: string): Figures =>
  (value, digits = 4) =>
    value === undefined || Number.isNaN(value)
      ? ""
      : value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });

const signed = (value: number, figure: Figures): string => `${value > 0 ? "+" : ""}${figure(value)}`;

const intervalText = (interval: Sample["interval"], figure: Figures): string =>
  interval?.every(Number.isFinite) ? `${figure(interval[0])} … ${figure(interval[1])}` : "";

/** A table for a terminal. */
export function alignedTable({ head, rows }: Table): string {
  return aligned([head, ...rows]);
}
