import type { Language } from "../language.js";
import type { Comparison } from "./compare.js";
import type { Sample } from "./sample.js";
import { comparisonTexts } from "./text.js";

/** A table's head and rows, as texts. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * The comparisons, as they are to be read.
 *
 * @param least digits of differences and intervals after the decimal point; more where an interval that leaves out 0 would not show it
 */
export function comparisonsTable(comparisons: readonly Comparison[], language: Language, least = 4): Table {
  const digits = digitsFor(comparisons, least);
  const text = comparisonTexts[language];
  const figure = figuresIn(text.locale);
  return {
    head: [text.difference, text.pairs, "Δ", text.interval, "p", text.verdict],
    rows: comparisons.map(({ first, second, pairs, difference, interval, p, isReal }) => [
      `${first} − ${second}`,
      String(pairs),
      signed(difference, figure, digits),
      intervalText(interval, figure, digits),
      p === undefined ? "" : p < 0.001 ? `< ${figure(0.001, 3)}` : figure(p, 3),
      p === undefined ? (pairs > 1 ? text.untested : "") : isReal ? text.real : text.perhapsLuck,
    ]),
  };
}

const mostDigits = 8;

function digitsFor(comparisons: readonly Comparison[], least: number): number {
  const bounds = comparisons.flatMap(({ interval, isReal }) => (isReal && interval ? interval : []));
  let digits = least;
  while (digits < mostDigits && bounds.some((bound) => Number(bound.toFixed(digits)) === 0)) digits++;
  return digits;
}

/** How the comparisons were made, or why none could be. */
export function comparisonsNote(comparisons: readonly Comparison[], language: Language): string {
  const text = comparisonTexts[language];
  const tested = comparisons.filter(({ p }) => p !== undefined).length;
  if (tested > 0) return text.note(tested);
  return comparisons.some(({ pairs }) => pairs > 1) ? text.allUntested : text.oneSeed;
}

export type Figures = (value: number | undefined, digits?: number) => string;

/** Figures as a language writes them; nothing for what was not measured. */
export const figuresIn =
  (locale: string): Figures =>
  (value, digits = 4) =>
    value === undefined || Number.isNaN(value)
      ? ""
      : value
          .toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
          // A minus sign is as wide as a plus; a hyphen is not.
          .replace("-", "−");

const signed = (value: number, figure: Figures, digits: number): string =>
  `${value > 0 ? "+" : ""}${figure(value, digits)}`;

export const intervalText = (interval: Sample["interval"], figure: Figures, digits?: number): string =>
  interval?.every(Number.isFinite) ? `${figure(interval[0], digits)} … ${figure(interval[1], digits)}` : "";
