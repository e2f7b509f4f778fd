import { cast, mul, reduceMean, reduceSum, reshape, square, stack, sub } from "../graph/ops.js";
import { productOf } from "../graph/shape.js";
import type { Dim, Value } from "../graph/value.js";
import { defineKerasSums } from "./define-metric.js";
import { weightsFor } from "./precision.js";

/**
 * The root of the mean squared difference of all samples, as Keras's metric `RootMeanSquaredError`. Targets have the predictions'
 * shape.
 *
 * @example
 * ```ts
 * model.compile({ loss: "mse", metrics: [metrics.rootMeanSquaredError()] });
 * ```
 */
export const rootMeanSquaredError = defineKerasSums({
  className: "RootMeanSquaredError",
  aliases: ["rmse"],
  options: {},
  create: () => ({
    init: () => [0, 0],
    update(targets, predictions, sampleWeight) {
      const squares = square(sub(predictions, cast(targets, predictions.dtype)));
      const weighted = mul(squares, weightsFor(squares, sampleWeight));
      return stack([sumOfMeans(weighted), sumOfMeans(sampleWeight)]);
    },
    result: ([squares = 0, weight = 0]) => (weight === 0 ? 0 : Math.sqrt(squares / weight)),
  }),
});

/** The sum over the samples of the mean of each. */
function sumOfMeans(x: Value): Value {
  const [samples, ...sample] = x.shape as [Dim, ...Dim[]];
  if (sample.length === 0) return reduceSum(x);
  return reduceSum(reduceMean(reshape(x, [samples, productOf(sample)]), { axes: [1] }));
}
