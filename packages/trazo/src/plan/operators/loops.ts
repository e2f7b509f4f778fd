import { isStatic } from "../../graph/shape.js";
import type { Shape, Value } from "../../graph/value.js";
import type { Count, Place } from "../program/program.js";

/** Loops through values of samples, the outermost first, as kernels take them. */
export interface Loops {
  readonly sizes: readonly Count[];
  /** Of each array, in values. */
  readonly strides: readonly (readonly number[])[];
}

interface Axis {
  readonly size: number;
  readonly isBatch: boolean;
  readonly strides: readonly number[];
}

const loopCount = 4;

/**
 * Loops over a shape, be its first axis that of the samples or not, as few as there can be.
 *
 * @param strides of each array along the axes
 * @returns undefined where there would be too many for the kernels
 */
export function loopsOver(shape: Shape, strides: readonly (readonly number[])[]): Loops | undefined {
  const axes = shape.map((dim, axis): Axis => {
    const along = strides.map((one) => one[axis] as number);
    return { size: isStatic(dim) ? dim : dim.factor, isBatch: !isStatic(dim), strides: along };
  });
  const merged: Axis[] = [];
  for (const axis of axes) {
    if (axis.size === 1 && !axis.isBatch) continue;
    const before = merged.at(-1);
    const isOne = before?.strides.every((stride, i) => stride === (axis.strides[i] as number) * axis.size);
    if (before && isOne)
      merged[merged.length - 1] = { ...axis, size: before.size * axis.size, isBatch: before.isBatch };
    else merged.push(axis);
  }
  if (merged.length > loopCount) return undefined;
  const none: Axis = { size: 1, isBatch: false, strides: strides.map(() => 0) };
  const all = [...new Array<Axis>(loopCount - merged.length).fill(none), ...merged];
  return {
    sizes: all.map(({ size, isBatch }) => (isBatch ? { perRow: size } : size)),
    strides: strides.map((_, i) => all.map((axis) => axis.strides[i] as number)),
  };
}

/** The strides of an array without gaps along its own axes; an axis of size 1 is repeated. */
export function stridesOf({ shape }: Pick<Value, "shape">): number[] {
  let stride = 1;
  const strides: number[] = [];
  for (const dim of [...shape].reverse()) {
    strides.unshift(dim === 1 ? 0 : stride);
    stride *= isStatic(dim) ? dim : 1;
  }
  return strides;
}

/** The strides of an operand along the axes of what it is broadcast to. */
export const broadcastStrides = (operand: Value, rank: number): number[] => [
  ...new Array<number>(rank - operand.shape.length).fill(0),
  ...stridesOf(operand),
];

/** The arguments of a kernel with loops over two arrays. */
export const loopNumbers = (
  { sizes, strides: [a = [], b = [0, 0, 0, 0]] }: Loops,
  first: Place | 0,
  second: Place | 0,
): (Count | Place)[] => [...sizes, first, ...a, second, ...b];
