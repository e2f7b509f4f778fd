import { abs, cast, greater, mul, reduceMean, square, sub, where } from "../graph/ops.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { defineKerasLoss } from "./define-loss.js";

/** Options of `huber`. */
export type HuberOptions = OptionsOf<typeof huber>;

/**
 * Mean over the last axis of `e² / 2` where the error e is at most `delta`, and of `delta |e| - delta² / 2` beyond it (Huber
 * 1964), as Keras's `Huber`. Targets have the predictions' shape.
 *
 * @throws TrazoError unless delta is positive
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.huber({ delta: 0.5 }) });
 * ```
 */
export const huber = defineKerasLoss({
  className: "Huber",
  aliases: ["huberLoss"],
  options: {
    /** The largest error that counts squared. Default 1. */
    delta: withDefault(number({ above: 0 }), 1),
  },
  create: ({ delta }) => ({
    call(targets, predictions) {
      const error = sub(predictions, cast(targets, predictions.dtype));
      const size = abs(error);
      const straight = sub(mul(size, delta), 0.5 * delta ** 2);
      const each = where(greater(size, delta), straight, mul(square(error), 0.5));
      return reduceMean(each, { axes: [-1] });
    },
  }),
});
