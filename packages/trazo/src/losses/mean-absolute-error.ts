import { abs, cast, reduceMean, sub } from "../graph/ops.js";
import { defineKerasLoss } from "./define-loss.js";

/**
 * Mean over the last axis of the absolute difference, as Keras's `MeanAbsoluteError`. Targets have the predictions' shape.
 *
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.meanAbsoluteError() });
 * ```
 */
export const meanAbsoluteError = defineKerasLoss({
  className: "MeanAbsoluteError",
  aliases: ["mae"],
  options: {},
  create: () => ({
    call: (targets, predictions) =>
      reduceMean(abs(sub(predictions, cast(targets, predictions.dtype))), { axes: [-1] }),
  }),
});
