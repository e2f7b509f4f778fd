import { cast, reduceMean, square, sub } from "../graph/ops.js";
import { defineKerasLoss } from "./define-loss.js";

/**
 * Mean over the last axis of the squared difference. Targets have the predictions' shape.
 *
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.meanSquaredError() });
 * ```
 */
export const meanSquaredError = defineKerasLoss({
  className: "MeanSquaredError",
  aliases: ["mse"],
  options: {},
  create: () => ({
    call: (targets, predictions) =>
      reduceMean(square(sub(predictions, cast(targets, predictions.dtype))), { axes: [-1] }),
  }),
});
