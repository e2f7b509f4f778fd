import { type Distortion, type Robustness, undistorted } from "../robustness/robustness.js";
import type { TechniqueRun } from "./data.js";
import type { TechniqueSummary } from "./summary.js";

/** What the runs of a technique make of digits distorted by one amount. */
export interface RobustnessPoint {
  readonly amount: number;
  /** Digits read wrong, of each run. */
  readonly wrong: readonly number[];
  readonly meanWrong: number;
  /** Shares of the digits read right: the runs' mean, and their range. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

type MeasuredRun = TechniqueRun & { readonly robustness: Robustness };

const isMeasured = (run: TechniqueRun): run is MeasuredRun => run.robustness !== undefined;

/** The techniques whose runs were shown distorted digits. */
export function measuredTechniques(summaries: readonly TechniqueSummary[]): TechniqueSummary[] {
  return summaries.filter(({ runs }) => runs.some(isMeasured));
}

/** How many digits were distorted; undefined where no run was shown any. */
export function distortedDigits(summaries: readonly TechniqueSummary[]): number | undefined {
  return summaries.flatMap(({ runs }) => runs.filter(isMeasured))[0]?.robustness.digits;
}

/** A technique's accuracy at each amount of a distortion, ascending. */
export function robustnessCurve(
  { runs }: Pick<TechniqueSummary, "runs">,
  distortion: Distortion,
): RobustnessPoint[] {
  const measured = runs.filter(isMeasured);
  const amounts = new Set(measured.flatMap(({ robustness }) => robustness[distortion].amounts));
  return [...amounts].sort((a, b) => a - b).map((amount) => pointOf(measured, distortion, amount));
}

function pointOf(runs: readonly MeasuredRun[], distortion: Distortion, amount: number): RobustnessPoint {
  const wrong: number[] = [];
  const right: number[] = [];
  for (const { robustness } of runs) {
    const { amounts, wrong: counts } = robustness[distortion];
    const count = counts[amounts.indexOf(amount)];
    if (count === undefined) continue;
    wrong.push(count);
    right.push(1 - count / robustness.digits);
  }
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    amount,
    wrong,
    meanWrong: meanOf(wrong),
    mean: meanOf(right),
    low: Math.min(...right),
    high: Math.max(...right),
  };
}

/** What a technique makes of digits distorted by an amount; undefined where that was not measured. */
export function robustnessAt(
  summary: Pick<TechniqueSummary, "runs">,
  distortion: Distortion,
  amount: number,
): RobustnessPoint | undefined {
  return robustnessCurve(summary, distortion).find((point) => point.amount === amount);
}

/** Digits as they are. */
export function undistortedPoint(
  summary: Pick<TechniqueSummary, "runs">,
  distortion: Distortion,
): RobustnessPoint | undefined {
  return robustnessAt(summary, distortion, undistorted[distortion]);
}
