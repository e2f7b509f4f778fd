import { add, cast, log, mul, reduceMean, sub } from "../graph/ops.js";
import { defineKerasLoss } from "./define-loss.js";
import { smallest } from "./logits.js";

/**
 * Mean over the last axis of `prediction - target * log(prediction + 1e-7)`, as Keras's `Poisson`: for counts. Targets have the
 * predictions' shape; predictions are positive.
 *
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.poisson() });
 * ```
 */
export const poisson = defineKerasLoss({
  className: "Poisson",
  options: {},
  create: () => ({
    call: (targets, predictions) =>
      reduceMean(sub(predictions, mul(cast(targets, predictions.dtype), log(add(predictions, smallest)))), {
        axes: [-1],
      }),
  }),
});
