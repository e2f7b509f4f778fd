import type { Language } from "./data.js";
import type { Statistic } from "./summary.js";
import type { ReportText } from "./text/text.js";

/** The one place where figures become text, so that all of a report is rounded and punctuated alike. */
export interface Numbers {
  /** 0.99183 as 99.18 %. */
  percent(share: number, digits?: number): string;
  /** A mean with its deviation over seeds, where there is one. */
  percentOf(statistic: Statistic): string;
  /** A difference of shares in percentage points, without its sign unless `signed`. */
  points(share: number, signed?: boolean): string;
  count(value: number): string;
  /** Mean counts: a fraction only where there is one. */
  mean(value: number): string;
  /** How far something is changed: 4, 0.7. */
  amount(value: number): string;
  /** Three significant digits, for losses and weights. */
  figure(value: number): string;
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
  const significant = format({ maximumSignificantDigits: 3, minimumSignificantDigits: 2 });
  return {
    percent,
    percentOf: ({ mean, deviation }) =>
      deviation === undefined ? percent(mean) : `${percent(mean)} ± ${fixed(2).format(100 * deviation)}`,
    points: (share, signed = false) =>
      fixed(2, { signDisplay: signed ? "exceptZero" : "never" }).format(100 * share),
    count: (value) => whole.format(value),
    mean: (value) => fixed(Number.isInteger(value) ? 0 : 1).format(value),
    amount: format({ maximumFractionDigits: 2 }).format,
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
