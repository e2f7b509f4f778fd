import { add, mul, pow, reduceMean, sigmoid, sub } from "../graph/ops.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { boolean, number } from "../schema/options.js";
import { eachBinaryCrossentropy, smoothedBinary } from "./binary-crossentropy.js";
import { defineKerasLoss } from "./define-loss.js";
import { focalGamma, fromLogits, labelSmoothing, lastAxis } from "./loss-options.js";

/** Options of `binaryFocalCrossentropy`. */
export type BinaryFocalCrossentropyOptions = OptionsOf<typeof binaryFocalCrossentropy>;

/**
 * Binary cross-entropy times `(1 - q)^gamma`, with q the probability given to what is true, so that easy outputs count less
 * (Lin et al. 2017, "Focal Loss for Dense Object Detection"), as Keras's `BinaryFocalCrossentropy`. Targets in [0, 1] in the
 * predictions' shape.
 *
 * @throws TrazoError for a negative gamma, and for an alpha or a label smoothing outside 0 to 1
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.binaryFocalCrossentropy({ gamma: 3 }) });
 * ```
 */
export const binaryFocalCrossentropy = defineKerasLoss({
  className: "BinaryFocalCrossentropy",
  options: {
    /** The predictions are logits rather than probabilities. Default false. */
    fromLogits: fromLogits(),
    /** Moves targets towards 0.5 by this share, from 0 to 1. Default 0. */
    labelSmoothing: labelSmoothing(),
    axis: lastAxis(),
    /** Weight targets of 1 by `alpha` and targets of 0 by `1 - alpha`. Default false. */
    applyClassBalancing: withDefault(boolean(), false),
    /** Weight of targets of 1, from 0 to 1, with `applyClassBalancing`. Default 0.25. */
    alpha: withDefault(number({ min: 0, max: 1 }), 0.25),
    /** How much less easy outputs count; 0 for no difference. Default 2. */
    gamma: focalGamma(),
  },
  create: ({ fromLogits, labelSmoothing, applyClassBalancing, alpha, gamma }) => ({
    call(targets, predictions) {
      const y = smoothedBinary(targets, predictions, labelSmoothing);
      const p = fromLogits ? sigmoid(predictions) : predictions;
      const both = (ifOne: typeof p | number, ifZero: typeof p | number) =>
        add(mul(y, ifOne), mul(sub(1, y), ifZero));
      const focused = mul(pow(sub(1, both(p, sub(1, p))), gamma), eachBinaryCrossentropy(y, p, false));
      return reduceMean(applyClassBalancing ? mul(both(alpha, 1 - alpha), focused) : focused, { axes: [-1] });
    },
  }),
});
