import { TrazoError } from "../errors.js";
import type { Dim, Shape, SymbolicDim } from "./value.js";

/** The batch dimension: its size is known only when the graph runs. */
export const batch: SymbolicDim = { symbol: "batch", factor: 1 };

export function isStatic(dim: Dim): dim is number {
  return typeof dim === "number";
}

export function dimsEqual(a: Dim, b: Dim): boolean {
  if (isStatic(a) || isStatic(b)) return a === b;
  return a.symbol === b.symbol && a.factor === b.factor;
}

export function shapesEqual(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dimsEqual(dim, b[axis] as Dim));
}

export function formatDim(dim: Dim): string {
  if (isStatic(dim)) return String(dim);
  return dim.factor === 1 ? dim.symbol : `${dim.factor}*${dim.symbol}`;
}

export function formatShape(shape: Shape): string {
  return `[${shape.map(formatDim).join(", ")}]`;
}

export function multiplyDims(a: Dim, b: Dim): Dim {
  if (isStatic(a) && isStatic(b)) return a * b;
  if (isStatic(a)) return { symbol: (b as SymbolicDim).symbol, factor: (b as SymbolicDim).factor * a };
  if (isStatic(b)) return { symbol: a.symbol, factor: a.factor * b };
  throw new TrazoError(`A shape may hold one symbolic dimension, but ${formatDim(a)} met ${formatDim(b)}.`);
}

export function productOf(shape: Shape): Dim {
  return shape.reduce<Dim>(multiplyDims, 1);
}

/** The shape as numbers; throws when a dimension is symbolic. */
export function staticShape(shape: Shape, what: string): number[] {
  return shape.map((dim) => {
    if (isStatic(dim)) return dim;
    throw new TrazoError(`${what} needs a fully known shape, but got ${formatShape(shape)}.`);
  });
}

/** One axis of a shape as a number; throws when it is symbolic or absent. */
export function staticDim(shape: Shape, axis: number, what: string): number {
  const dim = shape[normalizeAxis(axis, shape.length)];
  if (dim === undefined || !isStatic(dim)) {
    throw new TrazoError(`${what} needs a known size on axis ${axis}, but got ${formatShape(shape)}.`);
  }
  return dim;
}

export function normalizeAxis(axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normal < 0 || normal >= Math.max(rank, 1)) {
    throw new TrazoError(`Axis ${axis} is outside a tensor of rank ${rank}.`);
  }
  return normal;
}

/** The target of a reshape as ONNX writes it: -1 stands for the symbolic dimension. */
export function reshapeTarget(shape: Shape): number[] {
  return shape.map((dim) => (isStatic(dim) ? dim : -1));
}

/** NumPy's broadcasting of two shapes. */
export function broadcastShapes(a: Shape, b: Shape, what: string): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (dimsEqual(left, right) || right === 1) return left;
    if (left === 1) return right;
    throw new TrazoError(`${what}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast.`);
  });
}
