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
import type { Value } from "../graph/value.js";
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
    call: (targets, predictions) =>
      reduceMean(
        eachBinaryCrossentropy(smoothedBinary(targets, predictions, labelSmoothing), predictions, fromLogits),
        { axes: [-1] },
      ),
  }),
});

/** Targets of 0 and 1, moved towards 0.5 by a share. */
export function smoothedBinary(targets: Value, predictions: Value, share: number): Value {
  const y = cast(targets, predictions.dtype);
  return share === 0 ? y : add(mul(y, 1 - share), share / 2);
}

/** The cross-entropy of every output by itself. */
export function eachBinaryCrossentropy(y: Value, predictions: Value, fromLogits: boolean): Value {
  const z = logitsOf(predictions, "Sigmoid", fromLogits);
  if (z) {
    // Chosen by sign rather than by max and abs, whose gradients at a logit of 0 do not add up to p - y.
    const isPositive = greaterOrEqual(z, 0);
    const positivePart = where(isPositive, z, z.graph.scalar(z.dtype, 0));
    return add(sub(positivePart, mul(z, y)), softplus(where(isPositive, neg(z), z)));
  }
  const p = clip(predictions, probabilityFloor, 1 - probabilityFloor);
  return neg(add(mul(y, log(p)), mul(sub(1, y), log(sub(1, p)))));
}
