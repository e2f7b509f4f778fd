import { TrazoError } from "../errors.js";
import { argMax, cast, equal, reshape } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import { requireKnownOptions } from "../known-options.js";
import type { MeanMetric } from "./metric.js";
import { hasSameSampleShape, isOnePerRow } from "./target-shapes.js";

/** Options of `categoricalAccuracy` and `sparseCategoricalAccuracy`. */
export interface CategoricalAccuracyOptions {
  /** The key in logs. Default Keras's name of the metric, e.g. `categorical_accuracy`. */
  readonly name?: string | undefined;
}

/**
 * The share of samples whose most probable class is the true one, for one-hot targets in the shape of the predictions, as
 * Keras's `CategoricalAccuracy`: `argmax(target) == argmax(prediction)`. Among equal probabilities the first class counts.
 *
 * @example
 * ```ts
 * model.compile({ loss: "categoricalCrossentropy", metrics: [metrics.categoricalAccuracy()] });
 * ```
 */
export function categoricalAccuracy(options: CategoricalAccuracyOptions = {}): MeanMetric {
  requireKnownOptions(options, { name: true }, "CategoricalAccuracy");
  const { name = "categorical_accuracy" } = options;
  return {
    name,
    keras: { class_name: "CategoricalAccuracy", config: { name, dtype: "float32" } },
    call(targets, predictions) {
      if (!hasSameSampleShape(targets, predictions)) {
        throw new TrazoError(
          `CategoricalAccuracy needs one-hot targets of shape ${formatShape(predictions.shape)}, but got ` +
            `${formatShape(targets.shape)}. For class numbers use sparseCategoricalAccuracy, or "accuracy" for either.`,
        );
      }
      return cast(equal(argMax(targets), argMax(predictions)), predictions.dtype);
    },
  };
}

/**
 * The share of samples whose most probable class is the true one, for class numbers `[batch]` or `[batch, 1]`, as Keras's
 * `SparseCategoricalAccuracy`: `target == argmax(prediction)`. Among equal probabilities the first class counts.
 *
 * @example
 * ```ts
 * model.compile({ loss: "sparseCategoricalCrossentropy", metrics: [metrics.sparseCategoricalAccuracy()] });
 * ```
 */
export function sparseCategoricalAccuracy(options: CategoricalAccuracyOptions = {}): MeanMetric {
  requireKnownOptions(options, { name: true }, "SparseCategoricalAccuracy");
  const { name = "sparse_categorical_accuracy" } = options;
  return {
    name,
    keras: { class_name: "SparseCategoricalAccuracy", config: { name, dtype: "float32" } },
    call(targets, predictions) {
      if (!isOnePerRow(targets, predictions)) {
        throw new TrazoError(
          `SparseCategoricalAccuracy needs class numbers of shape ${formatShape(predictions.shape.slice(0, -1))}, but ` +
            `got ${formatShape(targets.shape)}. For one-hot targets use categoricalAccuracy, or "accuracy" for either.`,
        );
      }
      const found = argMax(predictions);
      return cast(equal(reshape(cast(targets, "int64"), found.shape), found), predictions.dtype);
    },
  };
}
