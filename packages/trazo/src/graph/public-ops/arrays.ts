import { TrazoError } from "../../errors.js";
import { type DType, tensor } from "../../tensor.js";
import { one, shapeOf } from "../apply.js";
import {
  dimsEqual,
  formatShape,
  isStatic,
  normalizeAxis,
  productOf,
  reshapeTarget,
  shapesEqual,
  staticDim,
} from "../shape.js";
import type { Dim, Shape, Value } from "../value.js";
import { cast, greater, mul, neg, where } from "./elementwise.js";

/**
 * Matrix product over the last two axes, `[…, m, k]` by `[…, k, n]`; the axes before broadcast.
 *
 * @throws TrazoError when the inner sizes differ
 * @example
 * ```ts
 * ops.matMul(x, value);
 * ```
 */
export function matMul(a: Value, b: Value): Value {
  return a.shape.length === 2 && b.shape.length === 2 ? gemm(a, b) : one("MatMul", [a, b]);
}

export interface GemmOptions {
  /** Default false. */
  readonly transposeA?: boolean | undefined;
  /** Default false. */
  readonly transposeB?: boolean | undefined;
  /** A row added to every row of the product. Default none. */
  readonly bias?: Value | undefined;
}

/**
 * Product of two matrices, either of them transposed first, with a row added to every row of the product.
 *
 * @throws TrazoError for values that are not matrices, and when the inner sizes differ
 * @example
 * ```ts
 * ops.gemm(x, value, { bias: y });
 * ```
 */
export function gemm(
  a: Value,
  b: Value,
  { transposeA = false, transposeB = false, bias }: GemmOptions = {},
): Value {
  return one("Gemm", bias ? [a, b, bias] : [a, b], { transA: transposeA, transB: transposeB });
}

export interface ReduceOptions {
  /** Counted from 0, or from the end with -1 for the last. Default: all. */
  readonly axes?: readonly number[] | undefined;
  /** Whether the axes stay, with size 1. Default false. */
  readonly keepDims?: boolean | undefined;
}

function normalAxes(op: string, { shape }: Value, axes: readonly number[] | undefined): readonly number[] {
  const all = axes ?? shape.map((_, axis) => axis);
  const normal = all.map((axis) => normalizeAxis(axis, shape.length)).sort((a, b) => a - b);
  if (new Set(normal).size === normal.length) return normal;
  throw new TrazoError(`${op}: the axes [${all.join(", ")}] of ${formatShape(shape)} name one twice.`);
}

function reduce(op: string, x: Value, { axes, keepDims = false }: ReduceOptions): Value {
  const normal = normalAxes(op, x, axes);
  return normal.length === 0 ? x : one(op, [x], { axes: normal, keepdims: keepDims });
}

/**
 * Sum over some axes.
 *
 * @throws TrazoError for an axis that does not exist or is named twice
 * @example
 * ```ts
 * ops.reduceSum(x, { axes: [-1] });
 * ```
 */
export const reduceSum = (x: Value, options: ReduceOptions = {}): Value => reduce("ReduceSum", x, options);

/**
 * Mean over some axes.
 *
 * @throws TrazoError for an axis that does not exist or is named twice
 * @example
 * ```ts
 * ops.reduceMean(x, { axes: [-1], keepDims: true });
 * ```
 */
export const reduceMean = (x: Value, options: ReduceOptions = {}): Value => reduce("ReduceMean", x, options);

/**
 * The largest value over some axes. Its gradient goes to the place of that value, of several equal ones to the first.
 *
 * @throws TrazoError for an axis that does not exist, is named twice, or whose size is not known, such as the batch
 * @example
 * ```ts
 * ops.reduceMax(x, { axes: [-1], keepDims: true });
 * ```
 */
export const reduceMax = (x: Value, options: ReduceOptions = {}): Value => largest("reduceMax", x, options);

function largest(op: string, x: Value, { axes, keepDims = false }: ReduceOptions): Value {
  const taken = normalAxes(op, x, axes);
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !taken.includes(axis));
  const sizes = taken.map((axis) => staticDim(x.shape, axis, op));
  const count = sizes.reduce((a, b) => a * b, 1);
  const keptShape = kept.length === 0 ? [1] : kept.map((axis) => x.shape[axis] as Dim);
  const rows = reshape(transpose(x, [...kept, ...taken]), [...keptShape, count]);
  const isLargest = oneHot(argMax(rows), count, "float32");
  // A choice rather than a product, which infinite values would turn into NaN.
  const chosen = where(greater(isLargest, 0.5), rows, x.graph.scalar(x.dtype, 0));
  const shape = keepDims
    ? x.shape.map((dim, axis) => (taken.includes(axis) ? 1 : dim))
    : kept.map((axis) => x.shape[axis] as Dim);
  return reshape(reduceSum(chosen, { axes: [-1] }), shape);
}

/**
 * The smallest value over some axes. Its gradient goes to the place of that value, of several equal ones to the first.
 *
 * @throws TrazoError for an axis that does not exist, is named twice, or whose size is not known, such as the batch
 * @example
 * ```ts
 * ops.reduceMin(x, { axes: [-1] });
 * ```
 */
export const reduceMin = (x: Value, options: ReduceOptions = {}): Value =>
  neg(largest("reduceMin", neg(x), options));

/**
 * Index (int64) of the largest value along an axis, which goes; the first one where several are equal. No gradient.
 *
 * @param axis default: the last
 * @example
 * ```ts
 * ops.argMax(x);
 * ```
 */
export const argMax = (x: Value, axis = -1): Value =>
  one("ArgMax", [x], { axis: normalizeAxis(axis, x.shape.length), keepdims: false });

/**
 * The axes in another order: axis `i` of the result is axis `perm[i]` of `x`.
 *
 * @throws TrazoError unless `perm` names every axis once
 * @example
 * ```ts
 * ops.transpose(x, [1, 0]);
 * ```
 */
export function transpose(x: Value, perm: readonly number[]): Value {
  return perm.length === x.shape.length && perm.every((axis, i) => axis === i)
    ? x
    : one("Transpose", [x], { perm });
}

/**
 * The same values in row-major order under another shape; at most one dimension is not known, such as the batch.
 *
 * @throws TrazoError when the sizes differ
 * @example
 * ```ts
 * ops.reshape(x, [...x.shape.slice(0, 1), 28 * 28]);
 * ```
 */
export function reshape(x: Value, shape: Shape): Value {
  if (shapesEqual(x.shape, shape)) return x;
  if (!dimsEqual(productOf(x.shape), productOf(shape))) {
    throw new TrazoError(
      `Cannot reshape ${formatShape(x.shape)} to ${formatShape(shape)}: the sizes differ.`,
    );
  }
  return one("Reshape", [x], { shape: reshapeTarget(shape) });
}

/**
 * All leading axes made one: `[..., k]` becomes `[rows, k]`.
 *
 * @example
 * ```ts
 * ops.toMatrix(x);
 * ```
 */
export function toMatrix(x: Value): Value {
  const last = x.shape[x.shape.length - 1] as Dim;
  return reshape(x, [productOf(x.shape.slice(0, -1)), last]);
}

/**
 * Values one after the other along an axis; their other axes have the same sizes.
 *
 * @throws TrazoError for an empty list, and when other axes differ
 * @example
 * ```ts
 * ops.concat([x, y], -1);
 * ```
 */
export function concat(values: readonly Value[], axis: number): Value {
  if (values.length === 0) throw new TrazoError("Concat needs at least one value.");
  return one("Concat", values, { axis: normalizeAxis(axis, (values[0] as Value).shape.length) });
}

/**
 * Values of one shape side by side along a new axis: scalars become a vector.
 *
 * @param axis the place of the new axis. Default 0
 * @throws TrazoError for an empty list, and when the shapes differ
 * @example
 * ```ts
 * ops.stack([ops.reduceSum(x), ops.reduceSum(y)]);
 * ```
 */
export function stack(values: readonly Value[], axis = 0): Value {
  const shape = values[0]?.shape ?? [];
  const at = normalizeAxis(axis, shape.length + 1);
  const rows = values.map((value) =>
    reshape(value, [...value.shape.slice(0, at), 1, ...value.shape.slice(at)]),
  );
  return concat(rows, at);
}

/**
 * Elements `start` to `end` (exclusive) along one axis.
 *
 * @throws TrazoError for an axis that does not exist, and for a range outside it
 * @example
 * ```ts
 * ops.slice(x, 1, 0, 14);
 * ```
 */
export function slice(x: Value, axis: number, start: number, end: number): Value {
  return one("Slice", [x], { axis: normalizeAxis(axis, x.shape.length), start, end });
}

/**
 * Zeros around a value: `before` and `after` have one entry per axis.
 *
 * @example
 * ```ts
 * ops.pad(x, [0, 2, 2, 0], [0, 2, 2, 0]);
 * ```
 */
export function pad(x: Value, before: readonly number[], after: readonly number[]): Value {
  return [...before, ...after].every((n) => n === 0) ? x : one("Pad", [x], { pads: [...before, ...after] });
}

/**
 * `x` repeated to the shape that `like` has when the graph runs. Arithmetic broadcasts by itself; it is for what does not.
 *
 * @example
 * ```ts
 * ops.expandLike(value, x);
 * ```
 */
export function expandLike(x: Value, like: Value): Value {
  return shapesEqual(x.shape, like.shape) ? x : one("Expand", [x, shapeOf(like)]);
}

/**
 * The number of elements along the axes as a scalar of the dtype, known when the graph runs: the size of the batch, for example.
 *
 * @example
 * ```ts
 * ops.div(ops.reduceSum(x), ops.countOf(x, [0], "float32"));
 * ```
 */
export function countOf(x: Value, axes: readonly number[], dtype: DType): Value {
  const dims = axes.map((axis) => x.shape[axis] as Dim);
  const fixed = dims.filter(isStatic).reduce((a, b) => a * b, 1);
  const symbolic = axes.filter((axis) => !isStatic(x.shape[axis] as Dim));
  if (symbolic.length === 0) return x.graph.scalar(dtype, fixed);
  const size = symbolic
    .map((axis) => reshape(cast(slice(shapeOf(x), 0, axis, axis + 1), dtype), []))
    .reduce(mul);
  return fixed === 1 ? size : mul(size, fixed);
}

/**
 * Entries of `x` along an axis, picked by constant indices; `shape` is the shape of the index array and takes the axis's place.
 *
 * @example
 * ```ts
 * ops.gather(x, Int32Array.of(2, 0, 1), [3], -1);
 * ```
 */
export function gather(x: Value, indices: Int32Array, shape: readonly number[], axis: number): Value {
  const index = x.graph.constant(tensor("int32", shape, indices));
  return one("Gather", [x, index], { axis: normalizeAxis(axis, x.shape.length) });
}

/**
 * Rows of `depth` numbers per integer label: 1 in the label's place, else 0. A label outside `[0, depth)` gives a row of zeros.
 *
 * @example
 * ```ts
 * ops.oneHot(targets, 10, "float32");
 * ```
 */
export function oneHot(labels: Value, depth: number, dtype: DType): Value {
  // ONNX Runtime has no OneHot of int32 indices with an int64 depth.
  return one("OneHot", [cast(labels, "int64")], { depth, dtype });
}
