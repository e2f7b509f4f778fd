import { cast, clip, div, log, mul, reduceSum } from "../graph/ops.js";
import { defineKerasLoss } from "./define-loss.js";
import { smallest } from "./logits.js";

/**
 * Kullback-Leibler divergence of the predicted distribution from the true one: the sum over the last axis of
 * `y * log(y / p)`, both clipped to [1e-7, 1], as Keras's `KLDivergence`. Targets have the predictions' shape.
 *
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.klDivergence() });
 * ```
 */
export const klDivergence = defineKerasLoss(
  {
    className: "KLDivergence",
    aliases: ["kld", "kullbackLeiblerDivergence"],
    options: {},
    create: () => ({
      call(targets, predictions) {
        const y = clip(cast(targets, predictions.dtype), smallest, 1);
        const p = clip(predictions, smallest, 1);
        return reduceSum(mul(y, log(div(y, p))), { axes: [-1] });
      },
    }),
  },
  "klDivergence",
);
