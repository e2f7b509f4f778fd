import { TrazoError } from "../errors.js";
import { argMax, cast, equal, reshape } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import type { OptionsOf } from "../schema/define.js";
import { defineKerasMetric } from "./define-metric.js";
import { hasSameSampleShape, isOnePerRow } from "./target-shapes.js";

/** Options of `categoricalAccuracy` and `sparseCategoricalAccuracy`: `name`, the key in logs. */
export type CategoricalAccuracyOptions = OptionsOf<typeof categoricalAccuracy>;

/**
 * The share of samples whose most probable class is the true one, for one-hot targets in the shape of the predictions, as
 * Keras's `CategoricalAccuracy`: `argmax(target) == argmax(prediction)`. Among equal probabilities the first class counts.
 *
 * @example
 * ```ts
 * model.compile({ loss: "categoricalCrossentropy", metrics: [metrics.categoricalAccuracy()] });
 * ```
 */
export const categoricalAccuracy = defineKerasMetric({
  className: "CategoricalAccuracy",
  options: {},
  create: () => ({
    call(targets, predictions) {
      if (!hasSameSampleShape(targets, predictions)) {
        throw new TrazoError(
          `CategoricalAccuracy needs one-hot targets of shape ${formatShape(predictions.shape)}, but got ` +
            `${formatShape(targets.shape)}. For class numbers use sparseCategoricalAccuracy, or "accuracy" for either.`,
        );
      }
      return cast(equal(argMax(targets), argMax(predictions)), predictions.dtype);
    },
  }),
});

/**
 * The share of samples whose most probable class is the true one, for class numbers `[batch]` or `[batch, 1]`, as Keras's
 * `SparseCategoricalAccuracy`: `target == argmax(prediction)`. Among equal probabilities the first class counts.
 *
 * @example
 * ```ts
 * model.compile({ loss: "sparseCategoricalCrossentropy", metrics: [metrics.sparseCategoricalAccuracy()] });
 * ```
 */
export const sparseCategoricalAccuracy = defineKerasMetric({
  className: "SparseCategoricalAccuracy",
  options: {},
  create: () => ({
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
  }),
});
