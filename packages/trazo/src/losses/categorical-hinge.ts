import { add, argMax, cast, maximum, mul, oneHot, reduceSum, sub } from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import { defineKerasLoss } from "./define-loss.js";

/**
 * `max(wrong - right + 1, 0)`, with `right` the score of the true class and `wrong` the largest of the others', as Keras's
 * `CategoricalHinge`. One-hot targets `[batch, classes]`.
 *
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.categoricalHinge() });
 * ```
 */
export const categoricalHinge = defineKerasLoss({
  className: "CategoricalHinge",
  options: {},
  create: () => ({
    call(targets, predictions) {
      const y = cast(targets, predictions.dtype);
      const right = reduceSum(mul(y, predictions), { axes: [-1] });
      const wrong = largest(mul(sub(1, y), predictions));
      return maximum(add(sub(wrong, right), 1), 0);
    },
  }),
});

/** The largest value along the last axis. */
function largest(x: Value): Value {
  const place = oneHot(argMax(x), staticDim(x.shape, -1, "Categorical hinge"), x.dtype);
  return reduceSum(mul(place, x), { axes: [-1] });
}
