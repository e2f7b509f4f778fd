import { abs, cast, div, maximum, mul, reduceMean, sub } from "../graph/ops.js";
import { defineKerasLoss } from "./define-loss.js";
import { smallest } from "./logits.js";

/**
 * 100 times the mean over the last axis of `|target - prediction| / max(|target|, 1e-7)`, as Keras's
 * `MeanAbsolutePercentageError`. Targets have the predictions' shape.
 *
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.meanAbsolutePercentageError() });
 * ```
 */
export const meanAbsolutePercentageError = defineKerasLoss({
  className: "MeanAbsolutePercentageError",
  aliases: ["mape"],
  options: {},
  create: () => ({
    call(targets, predictions) {
      const y = cast(targets, predictions.dtype);
      const share = abs(div(sub(y, predictions), maximum(abs(y), smallest)));
      return mul(reduceMean(share, { axes: [-1] }), 100);
    },
  }),
});
