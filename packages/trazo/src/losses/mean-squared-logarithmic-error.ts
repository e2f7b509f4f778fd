import { add, cast, log, maximum, reduceMean, square, sub } from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import { defineKerasLoss } from "./define-loss.js";
import { smallest } from "./logits.js";

/**
 * Mean over the last axis of `(log(prediction + 1) - log(target + 1))²`, both first raised to at least 1e-7, as Keras's
 * `MeanSquaredLogarithmicError`. Targets have the predictions' shape.
 *
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.meanSquaredLogarithmicError() });
 * ```
 */
export const meanSquaredLogarithmicError = defineKerasLoss({
  className: "MeanSquaredLogarithmicError",
  aliases: ["msle"],
  options: {},
  create: () => ({
    call: (targets, predictions) =>
      reduceMean(square(sub(logOf(predictions), logOf(cast(targets, predictions.dtype)))), { axes: [-1] }),
  }),
});

const logOf = (x: Value): Value => log(add(maximum(x, smallest), 1));
