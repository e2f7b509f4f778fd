import { add, cast, mul, reduceMean, softplus, sub } from "../graph/ops.js";
import { defineKerasLoss } from "./define-loss.js";

/**
 * Mean over the last axis of `log(cosh(prediction - target))`, as Keras's `LogCosh`: about half the square of a small error, and
 * the absolute value of a large one. Targets have the predictions' shape.
 *
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.logCosh() });
 * ```
 */
export const logCosh = defineKerasLoss({
  className: "LogCosh",
  options: {},
  create: () => ({
    call(targets, predictions) {
      const error = sub(predictions, cast(targets, predictions.dtype));
      return reduceMean(sub(add(error, softplus(mul(error, -2))), Math.LN2), { axes: [-1] });
    },
  }),
});
