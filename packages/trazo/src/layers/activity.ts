import { abs, add, countOf, div, mul, reduceSum, square } from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import type { Regularizer } from "../regularizers/regularizer.js";
import type { CallContext } from "./layer.js";

/** Adds a penalty on a layer's output to the loss: as in Keras, summed over the batch and divided by its size. */
export function penalizeActivity(y: Value, regularizer: Regularizer | undefined, context: CallContext): void {
  if (!regularizer) return;
  const { l1, l2 } = regularizer;
  const terms = [
    ...(l1 === 0 ? [] : [mul(reduceSum(abs(y)), l1)]),
    ...(l2 === 0 ? [] : [mul(reduceSum(square(y)), l2)]),
  ];
  if (terms.length === 0) return;
  context.addLoss(div(terms.reduce(add), countOf(y, [0], y.dtype)));
}
