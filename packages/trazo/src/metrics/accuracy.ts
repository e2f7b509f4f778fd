import { argMax, cast, equal, greater, reduceMean, reshape } from "../graph/ops.js";
import { productOf } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import type { Metric } from "./metric.js";

/**
 * The share of samples predicted right. As in Keras it is binary (threshold 0.5) for a single
 * output, sparse for class indices, categorical for one-hot targets; among equal probabilities the
 * first class counts.
 */
export function accuracy(name: "accuracy" | "acc" = "accuracy"): Metric {
  return { name, keras: name, call: matches };
}

function matches(targets: Value, predictions: Value): Value {
  const { dtype } = predictions;
  if (predictions.shape.at(-1) === 1) {
    const right = equal(
      cast(greater(predictions, 0.5), dtype),
      reshape(cast(targets, dtype), predictions.shape),
    );
    return reduceMean(cast(right, dtype), { axes: [-1] });
  }
  return cast(equal(classOf(targets, predictions), argMax(predictions)), dtype);
}

/** The true class (int64 `[batch]`) from class indices or one-hot rows. */
export function classOf(targets: Value, predictions: Value): Value {
  const isIndex = targets.shape.length < predictions.shape.length || targets.shape.at(-1) === 1;
  return isIndex ? reshape(cast(targets, "int64"), [productOf(targets.shape)]) : argMax(targets);
}
