import { clip, div, log, mul, neg, pow, reduceSum, softmax, sub } from "../graph/ops.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { smoothedOneHot } from "./categorical-crossentropy.js";
import { defineKerasLoss } from "./define-loss.js";
import { probabilityFloor } from "./logits.js";
import { focalGamma, fromLogits, labelSmoothing, lastAxis } from "./loss-options.js";
import { requireClasses } from "./require-classes.js";

/** Options of `categoricalFocalCrossentropy`. */
export type CategoricalFocalCrossentropyOptions = OptionsOf<typeof categoricalFocalCrossentropy>;

/**
 * Cross-entropy against one-hot targets with each class's term times `alpha * (1 - p)^gamma`, so that easy samples count less
 * (Lin et al. 2017, "Focal Loss for Dense Object Detection"), as Keras's `CategoricalFocalCrossentropy`. Probabilities are
 * normalized and clipped to [1e-7, 1 - 1e-7]. Targets `[batch, classes]`.
 *
 * @throws TrazoError for a negative gamma or alpha, and for a label smoothing outside 0 to 1
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.categoricalFocalCrossentropy({ gamma: 3 }) });
 * ```
 */
export const categoricalFocalCrossentropy = defineKerasLoss({
  className: "CategoricalFocalCrossentropy",
  options: {
    /** The predictions are logits rather than probabilities. Default false. */
    fromLogits: fromLogits(),
    /** Moves this share of each target to all classes evenly, from 0 to 1. Default 0. */
    labelSmoothing: labelSmoothing(),
    axis: lastAxis(),
    /** A factor on the whole loss, at least 0. Default 0.25. */
    alpha: withDefault(number({ min: 0 }), 0.25),
    /** How much less easy samples count; 0 for no difference. Default 2. */
    gamma: focalGamma(),
  },
  create: ({ fromLogits, labelSmoothing, alpha, gamma }) => ({
    checkTargets: (_, shape) => requireClasses(shape, "categorical_focal_crossentropy"),
    call(targets, predictions) {
      const y = smoothedOneHot(targets, predictions, labelSmoothing);
      const given = fromLogits ? softmax(predictions) : predictions;
      const normal = div(given, reduceSum(given, { axes: [-1], keepDims: true }));
      const p = clip(normal, probabilityFloor, 1 - probabilityFloor);
      const each = mul(mul(pow(sub(1, p), gamma), alpha), neg(mul(y, log(p))));
      return reduceSum(each, { axes: [-1] });
    },
  }),
});
