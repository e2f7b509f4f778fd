import { TrazoError } from "../errors.js";
import { cast, equal, oneHot, reshape, sub } from "../graph/ops.js";
import { formatShape, productOf, staticDim } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import { hasSameSampleShape, isOnePerRow } from "./target-shapes.js";

/**
 * Targets as 0 and 1 in the shape of the predictions: whatever is not 0 counts as 1, as in Keras; class numbers become one-hot
 * rows.
 *
 * @throws TrazoError when they go with the predictions in neither way
 */
export function truthOf(targets: Value, predictions: Value, metric: string): Value {
  const { dtype, shape } = predictions;
  if (hasSameSampleShape(targets, predictions)) return isNotZero(cast(targets, dtype));
  if (isOnePerRow(targets, predictions)) {
    if (shape.at(-1) === 1) return isNotZero(reshape(cast(targets, dtype), shape));
    const labels = reshape(cast(targets, "int64"), [productOf(targets.shape)]);
    return reshape(oneHot(labels, staticDim(shape, -1, metric), dtype), shape);
  }
  throw new TrazoError(
    `${metric} needs a target for each output, ${formatShape(shape)}, or class numbers ` +
      `${formatShape(shape.slice(0, -1))}, but the targets have shape ${formatShape(targets.shape)}.`,
  );
}

const isNotZero = (x: Value): Value => sub(1, cast(equal(x, 0), x.dtype));
