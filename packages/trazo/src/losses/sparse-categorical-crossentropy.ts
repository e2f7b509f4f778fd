import { TrazoError } from "../errors.js";
import { cast, clip, log, logSoftmax, mul, neg, oneHot, reduceSum, reshape } from "../graph/ops.js";
import { productOf, staticDim } from "../graph/shape.js";
import type { OptionsOf } from "../schema/define.js";
import { only } from "../schema/options.js";
import { defineKerasLoss } from "./define-loss.js";
import { logitsOf, probabilityFloor } from "./logits.js";
import { fromLogits, unwrittenLastAxis } from "./loss-options.js";

/** In a graph a label out of range would be a row of zeros, and its loss 0. */
function requireLabels(labels: ArrayLike<number | bigint>, classes: number): void {
  for (let i = 0; i < labels.length; i++) {
    const label = Number(labels[i]);
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw new TrazoError(
      `sparse_categorical_crossentropy needs class numbers from 0 to ${classes - 1}, but target ${i} is ${label}.`,
    );
  }
}

/** Options of `sparseCategoricalCrossentropy`. */
export type SparseCategoricalCrossentropyOptions = OptionsOf<typeof sparseCategoricalCrossentropy>;

/**
 * Cross-entropy against class indices `[batch]`, or `[batch, height, width]` for a class per pixel. Same values as `categoricalCrossentropy`, without
 * the one-hot table; from probabilities, as in Keras, `-log softmax(log clip(p))`.
 *
 * @throws TrazoError, once it has data, for targets that are not class numbers of the predictions
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
 * ```
 */
export const sparseCategoricalCrossentropy = defineKerasLoss({
  className: "SparseCategoricalCrossentropy",
  options: {
    /** The predictions are logits rather than probabilities. Default false. */
    fromLogits: fromLogits(),
    ignoreClass: only(null),
    axis: unwrittenLastAxis(),
  },
  create: ({ fromLogits }) => ({
    targetShape: (shape) => shape.slice(0, -1),
    checkTargets: ({ data }, shape) => requireLabels(data, staticDim(shape, -1, "Sparse cross-entropy")),
    call(targets, predictions) {
      const classes = staticDim(predictions.shape, -1, "Sparse cross-entropy");
      const labels = reshape(cast(targets, "int64"), [productOf(targets.shape)]);
      const y = reshape(oneHot(labels, classes, predictions.dtype), predictions.shape);
      const logits =
        logitsOf(predictions, "Softmax", fromLogits) ??
        log(clip(predictions, probabilityFloor, 1 - probabilityFloor));
      return neg(reduceSum(mul(y, logSoftmax(logits)), { axes: [-1] }));
    },
  }),
});
