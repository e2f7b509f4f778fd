import { cast, mul, reduceMean, reduceSum, reshape, square, stack, sub } from "../graph/ops.js";
import { productOf } from "../graph/shape.js";
import type { Dim } from "../graph/value.js";
import { defineKerasSums } from "./define-metric.js";

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
      const [samples, ...sample] = squares.shape;
      const each = reduceMean(reshape(squares, [samples as Dim, productOf(sample)]), { axes: [1] });
      return stack([reduceSum(mul(each, sampleWeight)), reduceSum(sampleWeight)]);
    },
    result: ([squares = 0, weight = 0]) => (weight === 0 ? 0 : Math.sqrt(squares / weight)),
  }),
});
