import { cast, clip, greater, mul } from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import { tensor } from "../tensor.js";

/** Whether `[…, 1]` values are above each of some limits, as 0 and 1. */
export function aboveEach(values: Value, limits: readonly number[]): Value {
  const row = values.graph.constant(tensor("float32", [limits.length], Float32Array.from(limits)));
  return cast(greater(values, row), values.dtype);
}

/**
 * The same for probabilities and thresholds that lie evenly from 0 to 1: Keras numbers a probability's bucket, with the rounding of
 * that. Every one is above the first.
 */
export const aboveEven = (p: Value, count: number): Value =>
  aboveEach(
    mul(clip(p, 0, 1), count - 1),
    Array.from({ length: count }, (_, i) => (i === 0 ? -1 : i)),
  );
