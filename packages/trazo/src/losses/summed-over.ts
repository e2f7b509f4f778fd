import { expandLike, reduceMean, reduceSum, reshape, slice } from "../graph/ops.js";
import { normalizeAxis, productOf } from "../graph/shape.js";
import type { Dim, Value } from "../graph/value.js";
import { locateErrors } from "../keras-object.js";

/** The sum over the axes along which a loss is computed. */
export type SumOver = (x: Value) => Value;

/**
 * A loss that compares sums over some axes, and not number with number. Where the batch is among the axes the loss is one for the
 * whole batch, and every sample has it.
 *
 * @param axes counted with the batch as axis 0, or from the end. Undefined: all of them
 * @param className names the loss in errors
 * @throws TrazoError for an axis that the predictions do not have
 */
export function summedOver(
  axes: readonly number[] | undefined,
  predictions: Value,
  className: string,
  compare: (sum: SumOver) => Value,
): Value {
  const rank = predictions.shape.length;
  const summed = locateErrors(className, () =>
    axes ? axes.map((axis) => normalizeAxis(axis, rank)) : predictions.shape.map((_, axis) => axis),
  );
  const losses = compare((x) => reduceSum(x, { axes: summed }));
  if (!summed.includes(0)) return losses;
  const whole = losses.shape.length === 0 ? losses : reduceMean(losses);
  const [samples, ...sample] = predictions.shape as [Dim, ...Dim[]];
  const first = slice(reshape(predictions, [samples, productOf(sample)]), 1, 0, 1);
  return expandLike(whole, reshape(first, [samples]));
}
