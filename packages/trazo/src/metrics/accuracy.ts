import { argMax, cast, equal, reshape } from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import { matches } from "./binary-accuracy.js";
import type { MeanMetric } from "./metric.js";

/**
 * The share of samples predicted right. As in Keras it is binary (threshold 0.5) for a single
 * output, sparse for class indices, categorical for one-hot targets; among equal probabilities the
 * first class counts.
 *
 * @example
 * ```ts
 * model.compile({ loss: "categoricalCrossentropy", metrics: [metrics.accuracy()] });
 * ```
 */
export function accuracy(name: "accuracy" | "acc" = "accuracy"): MeanMetric {
  return {
    name,
    keras: name,
    call(targets, predictions) {
      if (predictions.shape.at(-1) === 1) return matches(targets, predictions, 0.5);
      return cast(equal(classOf(targets, predictions), argMax(predictions)), predictions.dtype);
    },
  };
}

/** The true class (int64, `[batch]` or one per pixel) from class indices or one-hot rows. */
export function classOf(targets: Value, predictions: Value): Value {
  const isIndex = targets.shape.length < predictions.shape.length || targets.shape.at(-1) === 1;
  return isIndex ? reshape(cast(targets, "int64"), predictions.shape.slice(0, -1)) : argMax(targets);
}
