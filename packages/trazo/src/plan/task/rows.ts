import { isStatic } from "../../graph/shape.js";
import type { Shape, Value } from "../../graph/value.js";
import type { Count } from "../program/program.js";

/** Whether a value holds one row of float32 numbers per sample. */
export function isSamples(value: Value): boolean {
  const [first] = value.shape;
  return (
    value.dtype === "float32" &&
    isRows(value) &&
    first !== undefined &&
    !isStatic(first) &&
    first.factor === 1
  );
}

/** Whether a value holds one row per sample or several, of any kind of numbers. */
export function isRows({ shape }: Value): boolean {
  const [first, ...rest] = shape;
  return first !== undefined && !isStatic(first) && rest.every(isStatic);
}

/** Whether a value does not depend on how many samples there are. */
export const isFixed = ({ shape }: Value): boolean => shape.every(isStatic);

/** How many numbers axes have that are all known. */
export const sizeOf = (shape: Shape): number => shape.reduce<number>((size, dim) => size * Number(dim), 1);

/** Numbers per sample. */
export function rowSize({ shape: [first, ...rest] }: Value): number {
  const rows = first === undefined || isStatic(first) ? 1 : first.factor;
  return rows * sizeOf(rest);
}

/**
 * Numbers of a value: per sample, or in all.
 *
 * @param length how many of them count as one. Default 1
 */
export function sizeOfValue(value: Value, length = 1): Count {
  if (!isFixed(value)) return { perRow: rowSize(value) / length };
  return sizeOf(value.shape) / length;
}
