import { TrazoError } from "../errors.js";
import { cast, concat, countOf, expandLike, mul, reduceSum, reshape, square, sub } from "../graph/ops.js";
import { formatShape, staticDim } from "../graph/shape.js";
import type { Shape, Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { integer, oneOf } from "../schema/options.js";
import { defineKerasSums } from "./define-metric.js";
import { weightsFor } from "./precision.js";

/** Options of `r2Score`. `name` is the key in logs. */
export type R2ScoreOptions = OptionsOf<typeof r2Score>;

/**
 * The share of the targets' variance that the predictions explain, as Keras's `R2Score`: 1 where they are right, 0 where they are no
 * better than the mean, less where they are worse. Predictions `[batch, outputs]`, targets in the same shape.
 *
 * @throws TrazoError for a wrong option, and for predictions of another rank
 * @example
 * ```ts
 * model.compile({ loss: "mse", metrics: [metrics.r2Score()] });
 * ```
 */
export const r2Score = defineKerasSums({
  className: "R2Score",
  options: {
    /** How the outputs' scores become one: their mean, or their mean by the targets' variances. Default `"uniform_average"`. */
    classAggregation: withDefault(oneOf(["uniform_average", "variance_weighted_average"]), "uniform_average"),
    /** How many regressors there are, for the adjusted score. Default 0, the plain score. */
    numRegressors: withDefault(integer({ min: 0 }), 0),
  },
  create: ({ classAggregation, numRegressors }) => ({
    init: (shape) => new Array<number>(4 * outputsOf(shape) + 1).fill(0),
    update(targets, predictions, sampleWeight) {
      const y = reshape(cast(targets, predictions.dtype), predictions.shape);
      const weight = expandLike(weightsFor(y, sampleWeight), y);
      const sum = (x: Value): Value => reduceSum(mul(x, weight), { axes: [0] });
      const count = reshape(countOf(y, [0, 1], "float32"), [1]);
      const total = reduceSum(weight, { axes: [0] });
      return concat([sum(y), sum(square(y)), sum(square(sub(y, predictions))), total, count], 0);
    },
    result(state) {
      const outputs = (state.length - 1) / 4;
      const scores = Array.from({ length: outputs }, (_, i) =>
        scoreOf([0, 1, 2, 3].map((part) => state[part * outputs + i] ?? 0)),
      );
      const score = classAggregation === "uniform_average" ? mean(scores) : byVariance(scores);
      return adjusted(score, state.at(-1) ?? 0, numRegressors);
    },
  }),
});

/** One output's score, and how much its targets differ. */
interface OutputScore {
  readonly score: number;
  readonly variance: number;
}

function scoreOf([sum = 0, squares = 0, residuals = 0, weight = 0]: readonly number[]): OutputScore {
  const variance = squares - (sum * sum) / weight;
  const score = 1 - residuals / variance;
  return { variance, score: Math.abs(score) === Number.POSITIVE_INFINITY ? 0 : score };
}

const mean = (scores: readonly OutputScore[]): number =>
  scores.reduce((all, { score }) => all + score, 0) / scores.length;

const byVariance = (scores: readonly OutputScore[]): number =>
  scores.reduce((all, { score, variance }) => all + score * variance, 0) /
  scores.reduce((all, { variance }) => all + variance, 0);

/** Where there are too few numbers for an adjusted score, Keras gives the plain one. */
function adjusted(score: number, count: number, regressors: number): number {
  if (regressors === 0 || regressors >= count - 1) return score;
  return 1 - ((1 - score) * (count - 1)) / (count - regressors - 1);
}

function outputsOf(shape: Shape): number {
  if (shape.length === 2) return staticDim(shape, 1, "R2Score");
  throw new TrazoError(
    `R2Score needs predictions of shape [batch, outputs], but they have ${formatShape(shape)}.`,
  );
}
