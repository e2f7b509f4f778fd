import { TrazoError } from "../errors.js";
import { cast, equal, greater, reduceMean, reshape } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { defineKerasMetric } from "./define-metric.js";
import { hasSameSampleShape, isOnePerRow } from "./target-shapes.js";

/** Options of `binaryAccuracy`. `name` is the key in logs. */
export type BinaryAccuracyOptions = OptionsOf<typeof binaryAccuracy>;

/**
 * The share of outputs on the right side of a threshold, each output of a sample counting by itself, as Keras's
 * `BinaryAccuracy`: `mean((prediction > threshold) == target)`. For several sigmoids, e.g. labels that do not exclude
 * each other.
 *
 * Targets of 0 and 1 in the shape of the predictions; `[batch]` too where each sample has one output.
 *
 * @throws TrazoError for a threshold outside 0 to 1
 * @example
 * ```ts
 * model.compile({ loss: "binaryCrossentropy", metrics: [metrics.binaryAccuracy({ threshold: 0.7 })] });
 * ```
 */
export const binaryAccuracy = defineKerasMetric({
  className: "BinaryAccuracy",
  options: {
    /** A prediction above it counts as 1, any other as 0. From 0 to 1. Default 0.5. */
    threshold: withDefault(number({ min: 0, max: 1 }), 0.5),
  },
  create: ({ threshold }) => ({
    call: (targets, predictions) => matches(targets, predictions, threshold),
  }),
});

/** Also what "accuracy" means for models with one output. */
export function matches(targets: Value, predictions: Value, threshold: number): Value {
  const { dtype, shape } = predictions;
  const fits =
    hasSameSampleShape(targets, predictions) || (shape.at(-1) === 1 && isOnePerRow(targets, predictions));
  if (!fits) {
    throw new TrazoError(
      `BinaryAccuracy compares every output with a target of its own, but the targets have shape ` +
        `${formatShape(targets.shape)} and the predictions ${formatShape(shape)}.`,
    );
  }
  const truth = reshape(cast(targets, dtype), shape);
  return reduceMean(cast(equal(cast(greater(predictions, threshold), dtype), truth), dtype), { axes: [-1] });
}
