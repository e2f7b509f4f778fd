import { clip, log, logSoftmax, mul, neg, reduceSum } from "../graph/ops.js";
import type { OptionsOf } from "../schema/define.js";
import { only } from "../schema/options.js";
import { labelsFor } from "./class-labels.js";
import { defineKerasLoss } from "./define-loss.js";
import { logitsOf, probabilityFloor } from "./logits.js";
import { fromLogits, unwrittenLastAxis } from "./loss-options.js";

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
  create({ fromLogits }) {
    const labels = labelsFor("sparse_categorical_crossentropy");
    return {
      ...labels.checks,
      call(targets, predictions) {
        const y = labels.oneHot(targets, predictions);
        const logits =
          logitsOf(predictions, "Softmax", fromLogits) ??
          log(clip(predictions, probabilityFloor, 1 - probabilityFloor));
        return neg(reduceSum(mul(y, logSoftmax(logits)), { axes: [-1] }));
      },
    };
  },
});
