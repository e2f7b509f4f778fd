import { add, cast, equal, maximum, mul, reduceMean, reduceSum, square, sub, where } from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import { defineKerasLoss } from "./define-loss.js";

const hingeLoss = (className: string, shape: (margin: Value) => Value) =>
  defineKerasLoss({
    className,
    options: {},
    create: () => ({
      call(targets, predictions) {
        const y = signed(cast(targets, predictions.dtype));
        return reduceMean(shape(maximum(sub(1, mul(y, predictions)), 0)), { axes: [-1] });
      },
    }),
  });

/**
 * Mean over the last axis of `max(1 - target * prediction, 0)`, as Keras's `Hinge`. Targets of -1 and 1 in the predictions'
 * shape; where a batch has 0 and 1 only, 0 stands for -1.
 *
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.hinge() });
 * ```
 */
export const hinge = hingeLoss("Hinge", (margin) => margin);

/**
 * Mean over the last axis of `max(1 - target * prediction, 0)²`, as Keras's `SquaredHinge`. Targets as for `hinge`.
 *
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.squaredHinge() });
 * ```
 */
export const squaredHinge = hingeLoss("SquaredHinge", square);

/** Labels of 0 and 1 as -1 and 1; others stay, as in Keras, which looks at a whole batch. */
function signed(y: Value): Value {
  const isBinary = add(cast(equal(y, 0), y.dtype), cast(equal(y, 1), y.dtype));
  const others = reduceSum(sub(1, isBinary));
  return where(equal(others, 0), sub(mul(y, 2), 1), y);
}
