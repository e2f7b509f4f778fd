import { abs, add, cast, countOf, div, mul, reduceSum, square } from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import type { Regularizer } from "../regularizers/regularizer.js";
import type { CallContext } from "./layer.js";

/** Adds a penalty on a layer's output to the loss: as in Keras, summed over the batch and divided by its size. */
export function penalizeActivity(y: Value, regularizer: Regularizer | undefined, context: CallContext): void {
  if (!regularizer) return;
  const l1 = mul(reduceSum(abs(y)), regularizer.l1);
  const l2 = mul(reduceSum(square(y)), regularizer.l2);
  context.addLoss(div(add(l1, l2), cast(countOf(y, [0], y.dtype), y.dtype)));
}
