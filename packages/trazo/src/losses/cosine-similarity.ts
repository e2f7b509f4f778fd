import { cast, div, maximum, mul, neg, reduceSum, sqrt, square } from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import { defineKerasLoss } from "./define-loss.js";
import { lastAxis } from "./loss-options.js";

/**
 * Minus the cosine of the angle between targets and predictions along the last axis, as Keras's `CosineSimilarity` loss: -1 for
 * the same direction, 1 for opposite ones. Targets have the predictions' shape.
 *
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.cosineSimilarity() });
 * ```
 */
export const cosineSimilarity = defineKerasLoss({
  className: "CosineSimilarity",
  options: { axis: lastAxis() },
  create: () => ({
    call: (targets, predictions) =>
      neg(
        reduceSum(mul(unitVector(cast(targets, predictions.dtype)), unitVector(predictions)), { axes: [-1] }),
      ),
  }),
});

/** Keras raises the sum of squares, so that a vector of zeros stays one. */
const unitVector = (x: Value): Value =>
  div(x, sqrt(maximum(reduceSum(square(x), { axes: [-1], keepDims: true }), 1e-12)));
