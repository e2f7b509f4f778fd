import { TrazoError } from "../errors.js";
import { requireTensor, sizeOf, type Tensor, tensor } from "../tensor.js";

/**
 * Where the largest value lies along an axis, as NumPy's `argmax`: of equal ones the first, and NaN counts as largest.
 *
 * @param axis counted from the end where negative. Default the last
 * @returns the shape of `x` without the axis, e.g. the class of each row of predictions
 * @throws TrazoError for an axis that does not exist or is empty
 * @example
 * ```ts
 * const classes = argMax(await model.predict(xTest)); // int32 [n]
 * ```
 */
export function argMax(x: Tensor, axis = -1): Tensor<"int32"> {
  requireTensor(x, "argMax: the values");
  const rank = x.shape.length;
  const at = axis < 0 ? axis + rank : axis;
  const length = x.shape[at] ?? 0;
  if (!Number.isInteger(axis) || length === 0) {
    throw new TrazoError(
      `argMax: axis ${axis} does not exist or is empty in the shape [${x.shape.join(", ")}].`,
    );
  }
  const inner = sizeOf(x.shape.slice(at + 1));
  const shape = x.shape.filter((_, i) => i !== at);
  const data = Int32Array.from({ length: sizeOf(shape) }, (_, i) => {
    const start = Math.floor(i / inner) * length * inner + (i % inner);
    let best = 0;
    for (let k = 1; k < length; k++) {
      const [value, largest] = [x.data[start + k * inner], x.data[start + best * inner]];
      if (Number.isNaN(largest)) break;
      if ((value as number) > (largest as number) || Number.isNaN(value)) best = k;
    }
    return best;
  });
  return tensor("int32", shape, data);
}
