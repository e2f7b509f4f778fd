import type { Language } from "../language.js";
import type { Statistic } from "./summary.js";
import type { ReportText } from "./text/text.js";

/** The one place where figures become text, so that all of a report is rounded and punctuated alike. */
export interface Numbers {
  /** 0.99183 as 99.18 %. */
  percent(share: number, digits?: number): string;
  /** A mean with its deviation over seeds, where there is one. */
  percentOf(statistic: Statistic): string;
  /**
   * `a` less `b` in percentage points: the difference of the two figures as `percent` writes them, so that a reader who
   * subtracts them finds the same. With its sign unless `signed` is false.
   */
  pointsBetween(a: number, b: number, signed?: boolean): string;
  count(value: number): string;
  /** Mean counts: a fraction only where there is one. */
  mean(value: number): string;
  /** How far something is changed: 4, 0.7. */
  amount(value: number): string;
  /** How far apart two mean counts are, as `mean` writes them. */
  meanBetween(a: number, b: number): string;
  /** How many times `a` is as large as `b`, as `figure` writes them. */
  ratio(a: number, b: number): string;
  /** Three significant digits, for losses and weights. */
  figure(value: number): string;
  /** A setting, in full: 0.0001. */
  factor(value: number): string;
  duration(seconds: number): string;
}

export function numbersIn(
  language: Language,
  text: Pick<ReportText, "duration" | "durationSeconds">,
): Numbers {
  const format = (options: Intl.NumberFormatOptions) => {
    const formatter = new Intl.NumberFormat(language, options);
    // A minus sign is as wide as a plus; a hyphen is not.
    return { format: (value: number) => formatter.format(value).replace("-", "−") };
  };
  const fixed = (digits: number, style: Intl.NumberFormatOptions = {}) =>
    format({ minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: "min2", ...style });
  const percent = (share: number, digits = 2) => fixed(digits, { style: "percent" }).format(share);
  const whole = fixed(0);
  const mean = (value: number) => fixed(Number.isInteger(value) ? 0 : 1).format(value);
  const exact = format({ maximumSignificantDigits: 3 });
  const significant = format({ maximumSignificantDigits: 3, minimumSignificantDigits: 2 });
  return {
    percent,
    percentOf: ({ mean, deviation }) =>
      deviation === undefined ? percent(mean) : `${percent(mean)} ± ${fixed(2).format(100 * deviation)}`,
    pointsBetween: (a, b, signed = true) =>
      fixed(2, { signDisplay: signed ? "exceptZero" : "never" }).format(pointsShown(a, b)),
    count: (value) => whole.format(value),
    amount: format({ maximumFractionDigits: 2 }).format,
    mean,
    meanBetween: (a, b) => mean(rounded(Math.abs(rounded(a, 1) - rounded(b, 1)), 1)),
    ratio: (a, b) => significant.format(Number(a.toPrecision(3)) / Number(b.toPrecision(3))),
    factor: (value) => exact.format(value),
    figure: (value) => significant.format(value),
    duration: (seconds) =>
      seconds < 60
        ? text.durationSeconds(fixed(seconds < 10 ? 1 : 0).format(seconds))
        : text.duration({
            minutes: whole.format(Math.floor(Math.round(seconds) / 60)),
            seconds: whole.format(Math.round(seconds) % 60),
          }),
  };
}

const plainPercent = new Intl.NumberFormat("en", {
  style: "percent",
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

/** `a` less `b` in percentage points, both rounded as the report shows them. */
export function pointsShown(a: number, b: number): number {
  const [shownA, shownB] = [a, b].map((share) => Number.parseFloat(plainPercent.format(share)));
  return rounded((shownA as number) - (shownB as number), 2);
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
