import { add, cast, div, mul, sub } from "../graph/ops.js";
import type { OptionsOf } from "../schema/define.js";
import { axes } from "../schema/integer-lists.js";
import { optional, withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { defineKerasLoss } from "./define-loss.js";
import { summedOver } from "./summed-over.js";

/** Options of `tversky`. */
export type TverskyOptions = OptionsOf<typeof tversky>;

const smallest = 1e-7;

/**
 * The Dice loss in which what is missed and what is found wrongly may count differently (Salehi et al. 2017, "Tversky Loss Function
 * for Image Segmentation"), as Keras's `Tversky`: `1 - hits / (hits + alpha misses + beta alarms)`. Targets have the predictions' shape.
 *
 * @throws TrazoError for a wrong option, and for an axis that the predictions do not have
 * @example
 * ```ts
 * const fewMisses = losses.tversky({ alpha: 0.7, beta: 0.3, axis: [1, 2, 3] });
 * ```
 */
export const tversky = defineKerasLoss({
  className: "Tversky",
  options: {
    /**
     * How much it counts that something is missed. (Keras's documentation says so of `beta`; this is what Keras computes.) Default 0.5.
     */
    alpha: withDefault(number(), 0.5),
    /** How much it counts that something is found that is not there. Default 0.5. */
    beta: withDefault(number(), 0.5),
    /** The axes that are summed over, with the batch as axis 0; see `dice`. Default: all, one loss for the whole batch. */
    axis: optional(axes()),
  },
  create: ({ alpha, beta, axis }) => ({
    call: (targets, predictions) =>
      summedOver(axis, predictions, "Tversky", (sum) => {
        const y = cast(targets, predictions.dtype);
        const hits = sum(mul(y, predictions));
        const misses = mul(sum(mul(sub(1, predictions), y)), alpha);
        const alarms = mul(sum(mul(predictions, sub(1, y))), beta);
        return sub(1, div(hits, add(add(hits, add(misses, alarms)), smallest)));
      }),
  }),
});
