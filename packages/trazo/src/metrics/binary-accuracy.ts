import { TrazoError } from "../errors.js";
import { cast, equal, greater, reduceMean, reshape } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import { requireKnownOptions } from "../known-options.js";
import type { MeanMetric } from "./metric.js";
import { hasSameSampleShape, isOnePerRow } from "./target-shapes.js";

/** Options of `binaryAccuracy`. */
export interface BinaryAccuracyOptions {
  /** A prediction above it counts as 1, any other as 0. From 0 to 1. Default 0.5. */
  readonly threshold?: number | undefined;
  /** The key in logs. Default `binary_accuracy`. */
  readonly name?: string | undefined;
}

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
export function binaryAccuracy(options: BinaryAccuracyOptions = {}): MeanMetric {
  requireKnownOptions(options, { threshold: true, name: true }, "BinaryAccuracy");
  const { threshold = 0.5, name = "binary_accuracy" } = options;
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new TrazoError(`BinaryAccuracy threshold must be from 0 to 1, but got ${threshold}.`);
  }
  return {
    name,
    keras: { class_name: "BinaryAccuracy", config: { name, dtype: "float32", threshold } },
    call: (targets, predictions) => matches(targets, predictions, threshold),
  };
}

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
