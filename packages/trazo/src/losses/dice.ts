import { add, cast, div, mul, sub } from "../graph/ops.js";
import type { OptionsOf } from "../schema/define.js";
import { axes } from "../schema/integer-lists.js";
import { optional } from "../schema/option.js";
import { defineKerasLoss } from "./define-loss.js";
import { summedOver } from "./summed-over.js";

/** Options of `dice`. */
export type DiceOptions = OptionsOf<typeof dice>;

const smallest = 1e-7;

/**
 * How little targets and predictions overlap, `1 - 2 sum(y p) / (sum(y) + sum(p))`, as Keras's `Dice`: for segmentation, where most
 * pixels are background. Targets have the predictions' shape.
 *
 * @throws TrazoError for an axis that the predictions do not have
 * @example
 * ```ts
 * const perPicture = losses.dice({ axis: [1, 2, 3] });
 * ```
 */
export const dice = defineKerasLoss({
  className: "Dice",
  options: {
    /**
     * The axes that are summed over, with the batch as axis 0: `[1, 2, 3]` for one loss per picture, `[1, 2]` for one per picture and
     * class. Default: all, one loss for the whole batch.
     */
    axis: optional(axes()),
  },
  create: ({ axis }) => ({
    call: (targets, predictions) =>
      summedOver(axis, predictions, "Dice", (sum) => {
        const y = cast(targets, predictions.dtype);
        const both = mul(sum(mul(y, predictions)), 2);
        return sub(1, div(both, add(add(sum(y), sum(predictions)), smallest)));
      }),
  }),
});
