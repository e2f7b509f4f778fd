import { TrazoError } from "../errors.js";
import type { Tensor } from "../tensor.js";

/** A receiver operating characteristic: a point for each threshold, from the highest down. */
export interface RocCurve {
  /** Of the samples that are 0 in truth, the share found to be 1. */
  readonly falsePositiveRate: Float64Array;
  /** Of the samples that are 1 in truth, the share found to be 1. */
  readonly truePositiveRate: Float64Array;
  /** A score from there up counts as 1. The first is Infinity: nothing does. */
  readonly thresholds: Float64Array;
  /** The area under the curve: how likely a sample of 1 has a higher score than one of 0. */
  readonly auc: number;
}

/**
 * The exact ROC curve of two classes, as scikit-learn's `roc_curve`: points on a straight line between others are left out. For
 * one class of several pass that class's column of the predictions, and 1 where it is the true one.
 *
 * @param truth 0 or 1 for each sample
 * @param scores how sure the model is of 1
 * @throws TrazoError when the lengths differ, for other targets than 0 and 1, and where all are the same
 * @example
 * ```ts
 * const { auc } = metrics.rocCurve(yTest, await model.predict(xTest));
 * ```
 */
export function rocCurve(
  truth: Tensor | ArrayLike<number | bigint>,
  scores: Tensor | ArrayLike<number | bigint>,
): RocCurve {
  const [labels, values] = [numbersOf(truth), numbersOf(scores)];
  if (labels.length !== values.length) {
    throw new TrazoError(`rocCurve: there are ${labels.length} targets but ${values.length} scores.`);
  }
  const wrong = labels.find((label) => label !== 0 && label !== 1);
  if (wrong !== undefined) throw new TrazoError(`rocCurve needs targets of 0 and 1, but got ${wrong}.`);
  const positives = labels.reduce((a, b) => a + b, 0);
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) {
    throw new TrazoError("rocCurve needs samples of both classes, but all targets are the same.");
  }
  const points = corners(cumulated(labels, values));
  const rate = (of: (point: Point) => number, whole: number): Float64Array =>
    Float64Array.from(points, (point) => of(point) / whole);
  const falsePositiveRate = rate(({ alarms }) => alarms, negatives);
  const truePositiveRate = rate(({ hits }) => hits, positives);
  return {
    falsePositiveRate,
    truePositiveRate,
    thresholds: Float64Array.from(points, ({ threshold }) => threshold),
    auc: trapezoids(falsePositiveRate, truePositiveRate),
  };
}

interface Point {
  readonly threshold: number;
  readonly hits: number;
  readonly alarms: number;
}

const numbersOf = (values: Tensor | ArrayLike<number | bigint>): number[] =>
  Array.from("data" in values ? (values.data as ArrayLike<number | bigint>) : values, Number);

/** How many are found from each score up, the highest score first; before it nothing is. */
function cumulated(labels: readonly number[], values: readonly number[]): Point[] {
  const order = Array.from(values.keys()).sort((a, b) => (values[b] as number) - (values[a] as number));
  const points: Point[] = [{ threshold: Number.POSITIVE_INFINITY, hits: 0, alarms: 0 }];
  let [hits, alarms] = [0, 0];
  for (const [place, i] of order.entries()) {
    hits += labels[i] as number;
    alarms += 1 - (labels[i] as number);
    const next = order[place + 1];
    if (next === undefined || values[next] !== values[i]) {
      points.push({ threshold: values[i] as number, hits, alarms });
    }
  }
  return points;
}

/** The points at which the curve turns, and both ends. scikit-learn looks at the points of scores alone. */
function corners([start, ...points]: Point[]): Point[] {
  const turns = points.filter((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (!before || !after) return true;
    const bends = (of: (point: Point) => number): boolean => of(after) - 2 * of(point) + of(before) !== 0;
    return bends(({ hits }) => hits) || bends(({ alarms }) => alarms);
  });
  return [start as Point, ...turns];
}

function trapezoids(x: Float64Array, y: Float64Array): number {
  let area = 0;
  for (let i = 1; i < x.length; i++) {
    area += (((x[i] as number) - (x[i - 1] as number)) * ((y[i] as number) + (y[i - 1] as number))) / 2;
  }
  return area;
}
