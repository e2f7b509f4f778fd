import { add, cast, clip, div, log, logSoftmax, mul, neg, reduceSum } from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { defineKerasLoss } from "./define-loss.js";
import { logitsOf, probabilityFloor } from "./logits.js";
import { fromLogits, labelSmoothing, lastAxis } from "./loss-options.js";
import { requireClasses } from "./require-classes.js";

/** Options of `categoricalCrossentropy`. */
export type CategoricalCrossentropyOptions = OptionsOf<typeof categoricalCrossentropy>;

/**
 * Cross-entropy against one-hot targets `[batch, classes]`: `-sum(y * log p)`. Where the predictions
 * come straight from softmax it is computed from the logits; otherwise probabilities are
 * normalized and clipped to [1e-7, 1 - 1e-7], as in Keras.
 *
 * @throws TrazoError for a label smoothing outside 0 to 1
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.categoricalCrossentropy({ labelSmoothing: 0.1 }) });
 * ```
 */
export const categoricalCrossentropy = defineKerasLoss({
  className: "CategoricalCrossentropy",
  options: {
    /** The predictions are logits rather than probabilities. Default false. */
    fromLogits: fromLogits(),
    /** Moves this share of each target to all classes evenly, from 0 to 1. Default 0. */
    labelSmoothing: labelSmoothing(),
    axis: lastAxis(),
  },
  create: ({ fromLogits, labelSmoothing }) => ({
    checkTargets: (_, shape) => requireClasses(shape, "categorical_crossentropy"),
    call(targets, predictions) {
      const y = smoothedOneHot(targets, predictions, labelSmoothing);
      const last = { axes: [-1] };
      const logits = logitsOf(predictions, "Softmax", fromLogits);
      if (logits) return neg(reduceSum(mul(y, logSoftmax(logits)), last));
      const normal = div(predictions, reduceSum(predictions, { ...last, keepDims: true }));
      const clipped = clip(normal, probabilityFloor, 1 - probabilityFloor);
      return neg(reduceSum(mul(y, log(clipped)), last));
    },
  }),
});

/** One-hot targets with a share of each moved to all classes evenly. */
export function smoothedOneHot(targets: Value, predictions: Value, share: number): Value {
  const y = cast(targets, predictions.dtype);
  return share === 0 ? y : add(mul(y, 1 - share), share / staticDim(y.shape, -1, "Label smoothing"));
}
