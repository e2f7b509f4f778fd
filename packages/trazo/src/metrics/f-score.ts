import {
  abs,
  argMax,
  cast,
  concat,
  greater,
  greaterOrEqual,
  mul,
  oneHot,
  reduceSum,
  sub,
} from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import type { Shape, Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { optional, withDefault } from "../schema/option.js";
import { number, oneOf } from "../schema/options.js";
import { defineKerasSums } from "./define-metric.js";
import { truthOf } from "./found-and-true.js";
import type { AccumulatedMetric } from "./metric.js";
import { weightsFor } from "./precision.js";

const averages = ["macro", "micro", "weighted"] as const;

const options = {
  /**
   * How the classes' scores become one number: `"macro"` (default) their mean, `"weighted"` their mean by the number of samples,
   * `"micro"` one score over all outputs. (Keras's default is a list, one score per class, which logs cannot hold.)
   */
  average: withDefault(oneOf(averages), "macro"),
  /** An output above it counts as 1, above 0 and at most 1. Default: the largest output of a sample counts as 1. */
  threshold: optional(number({ above: 0, max: 1 })),
};

interface FScore {
  readonly average: (typeof averages)[number];
  readonly threshold: number | undefined;
}

const smallest = 1e-7;

/** Sums per class: hits, false alarms, misses. */
const fScore = (className: string, beta: number, { average, threshold }: FScore) =>
  ({
    init: (shape) => new Array<number>(3 * classesOf(shape, className)).fill(0),
    update(targets, predictions, sampleWeight) {
      const found = foundIn(predictions, threshold, className);
      const truth = truthOf(targets, predictions, className);
      const weight = weightsFor(predictions, sampleWeight);
      const sum = (x: Value): Value => reduceSum(mul(x, weight), { axes: [0] });
      return concat(
        [sum(mul(found, truth)), sum(mul(found, sub(1, truth))), sum(mul(sub(1, found), truth))],
        0,
      );
    },
    result(state) {
      const classes = state.length / 3;
      const sums = Array.from({ length: classes }, (_, i) =>
        [0, 1, 2].map((k) => state[k * classes + i] ?? 0),
      );
      if (average === "micro")
        return score(
          [0, 1, 2].map((k) => total(sums.map((one) => one[k] ?? 0))),
          beta,
        );
      const scores = sums.map((one) => score(one, beta));
      if (average === "macro") return total(scores) / classes;
      const support = sums.map(([hits = 0, , misses = 0]) => hits + misses);
      return total(scores.map((one, i) => one * (support[i] ?? 0))) / (total(support) + smallest);
    },
  }) satisfies Pick<AccumulatedMetric, "init" | "update" | "result">;

function score([hits = 0, alarms = 0, misses = 0]: readonly number[], beta: number): number {
  const precision = hits / (hits + alarms + smallest);
  const recall = hits / (hits + misses + smallest);
  return ((1 + beta ** 2) * precision * recall) / (beta ** 2 * precision + recall + smallest);
}

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const classesOf = (shape: Shape, className: string): number => staticDim(shape, -1, className);

function foundIn(predictions: Value, threshold: number | undefined, className: string): Value {
  const { dtype, shape } = predictions;
  if (threshold !== undefined) return cast(greater(predictions, threshold), dtype);
  const place = oneHot(argMax(predictions), classesOf(shape, className), dtype);
  const largest = reduceSum(mul(place, predictions), { axes: [-1], keepDims: true });
  // A row of zeros has no largest output.
  const isSeen = cast(greater(abs(predictions), 1e-9), dtype);
  return mul(cast(greaterOrEqual(predictions, largest), dtype), isSeen);
}

/** Options of `f1Score`. `name` is the key in logs. */
export type F1ScoreOptions = OptionsOf<typeof f1Score>;

/**
 * The harmonic mean of precision and recall, as Keras's `F1Score`. Predictions `[batch, classes]`; targets of 0 and 1 in the same
 * shape, or class numbers `[batch]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * model.compile({ loss: "categoricalCrossentropy", metrics: [metrics.f1Score({ average: "macro" })] });
 * ```
 */
export const f1Score = defineKerasSums({
  className: "F1Score",
  options,
  create: (options) => fScore("F1Score", 1, options),
});

/** Options of `fBetaScore`. `name` is the key in logs. */
export type FBetaScoreOptions = OptionsOf<typeof fBetaScore>;

/**
 * The weighted harmonic mean of precision and recall, `(1 + beta²) p r / (beta² p + r)`, as Keras's `FBetaScore`. Predictions
 * `[batch, classes]`; targets of 0 and 1 in the same shape, or class numbers `[batch]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * model.compile({ loss: "categoricalCrossentropy", metrics: [metrics.fBetaScore({ beta: 2 })] });
 * ```
 */
export const fBetaScore = defineKerasSums(
  {
    className: "FBetaScore",
    key: "fbeta_score",
    options: {
      /** `"macro"` (default), `"weighted"` or `"micro"`; see `f1Score`. */
      average: options.average,
      /** How much recall counts relative to precision, above 0. Default 1. */
      beta: withDefault(number({ above: 0 }), 1),
      /** An output above it counts as 1. Default: the largest output of a sample counts as 1. */
      threshold: options.threshold,
    },
    create: ({ beta, ...options }) => fScore("FBetaScore", beta, options),
  },
  "fBetaScore",
);
