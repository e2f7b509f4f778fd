import {
  add,
  cast,
  clip,
  greaterOrEqual,
  log,
  mul,
  neg,
  reduceMean,
  softplus,
  sub,
  where,
} from "../graph/ops.js";
import type { OptionsOf } from "../schema/define.js";
import { defineKerasLoss } from "./define-loss.js";
import { logitsOf, probabilityFloor } from "./logits.js";
import { fromLogits, labelSmoothing, lastAxis } from "./loss-options.js";

/** Options of `binaryCrossentropy`. */
export type BinaryCrossentropyOptions = OptionsOf<typeof binaryCrossentropy>;

/**
 * Mean over the last axis of `-(y log p + (1 - y) log(1 - p))`, targets in [0, 1] of the predictions' shape. Where the
 * predictions come straight from sigmoid it is computed from the logits z as
 * `max(z, 0) - z y + log(1 + exp(-|z|))`.
 *
 * @throws TrazoError for a label smoothing outside 0 to 1
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.binaryCrossentropy({ labelSmoothing: 0.1 }) });
 * ```
 */
export const binaryCrossentropy = defineKerasLoss({
  className: "BinaryCrossentropy",
  options: {
    /** The predictions are logits rather than probabilities. Default false. */
    fromLogits: fromLogits(),
    /** Moves targets towards 0.5 by this share, from 0 to 1. Default 0. */
    labelSmoothing: labelSmoothing(),
    axis: lastAxis(),
  },
  create: ({ fromLogits, labelSmoothing }) => ({
    call(targets, predictions) {
      const given = cast(targets, predictions.dtype);
      const y = labelSmoothing === 0 ? given : add(mul(given, 1 - labelSmoothing), labelSmoothing / 2);
      const z = logitsOf(predictions, "Sigmoid", fromLogits);
      if (z) {
        // Chosen by sign rather than by max and abs, whose gradients at a logit of 0 do not add up to p - y.
        const isPositive = greaterOrEqual(z, 0);
        const positivePart = where(isPositive, z, z.graph.scalar(z.dtype, 0));
        const each = add(sub(positivePart, mul(z, y)), softplus(where(isPositive, neg(z), z)));
        return reduceMean(each, { axes: [-1] });
      }
      const p = clip(predictions, probabilityFloor, 1 - probabilityFloor);
      const each = neg(add(mul(y, log(p)), mul(sub(1, y), log(sub(1, p)))));
      return reduceMean(each, { axes: [-1] });
    },
  }),
});
