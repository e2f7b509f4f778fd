import { isStatic, productOf } from "../../graph/shape.js";
import type { Value } from "../../graph/value.js";

/** Whether a value holds one row of float32 numbers per sample. */
export function isSamples({ dtype, shape }: Value): boolean {
  const [first, ...rest] = shape;
  return (
    dtype === "float32" &&
    first !== undefined &&
    !isStatic(first) &&
    first.factor === 1 &&
    rest.every((dim) => isStatic(dim))
  );
}

/** Numbers per sample. */
export const rowSize = ({ shape }: Value): number => Number(productOf(shape.slice(1)));
