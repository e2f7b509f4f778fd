/**
 * Operators as plain functions from Values to Values, so that layers, losses and gradient rules
 * read like mathematics. Each is one entry of the operator table; shapes follow from there.
 */

import { TrazoError } from "../errors.js";
import { type DType, tensor } from "../tensor.js";
import {
  dimsEqual,
  formatShape,
  isStatic,
  multiplyDims,
  normalizeAxis,
  productOf,
  reshapeTarget,
  shapesEqual,
  staticDim,
} from "./shape.js";
import type { Attribute, Dim, Shape, SymbolicDim, Value } from "./value.js";

/** Either a value of a graph or a number, which becomes a scalar constant of the other's dtype. */
export type Operand = Value | number;

function one(
  op: string,
  inputs: readonly (Value | undefined)[],
  attributes?: Record<string, Attribute>,
): Value {
  const first = inputs[0] as Value;
  return first.graph.apply(op, inputs, attributes)[0] as Value;
}

function binary(op: string, a: Operand, b: Operand): Value {
  if (typeof a !== "number") return broadcast(op, a, typeof b === "number" ? a.graph.scalar(a.dtype, b) : b);
  if (typeof b !== "number") return broadcast(op, b.graph.scalar(b.dtype, a), b);
  throw new TrazoError(`${op} needs at least one graph value.`);
}

/** Values that were only repeated are repeated by the operator itself, or after it: nothing is written out before. */
function broadcast(op: string, a: Value, b: Value): Value {
  const [repeatedA, repeatedB] = [repeatedIn(a), repeatedIn(b)];
  if (repeatedA && b.shape.length === 0)
    return one("Expand", [one(op, [repeatedA, b]), a.producer?.inputs[1]]);
  if (repeatedB && a.shape.length === 0)
    return one("Expand", [one(op, [a, repeatedB]), b.producer?.inputs[1]]);
  if (repeatedA && !repeatedB && shapesEqual(a.shape, b.shape)) return one(op, [repeatedA, b]);
  if (repeatedB && !repeatedA && shapesEqual(a.shape, b.shape)) return one(op, [a, repeatedB]);
  return one(op, [a, b]);
}

/** What an Expand repeats. */
const repeatedIn = ({ producer }: Value): Value | undefined =>
  producer?.op === "Expand" ? producer.inputs[0] : undefined;

export const add = (a: Operand, b: Operand): Value => binary("Add", a, b);
export const sub = (a: Operand, b: Operand): Value => binary("Sub", a, b);
export const mul = (a: Operand, b: Operand): Value => binary("Mul", a, b);
export const div = (a: Operand, b: Operand): Value => binary("Div", a, b);
export const pow = (a: Operand, b: Operand): Value => binary("Pow", a, b);
export const maximum = (a: Operand, b: Operand): Value => binary("Max", a, b);
export const minimum = (a: Operand, b: Operand): Value => binary("Min", a, b);
export const greater = (a: Operand, b: Operand): Value => binary("Greater", a, b);
export const greaterOrEqual = (a: Operand, b: Operand): Value => binary("GreaterOrEqual", a, b);
export const less = (a: Operand, b: Operand): Value => binary("Less", a, b);
export const equal = (a: Operand, b: Operand): Value => binary("Equal", a, b);

export const neg = (x: Value): Value => one("Neg", [x]);
export const sqrt = (x: Value): Value => one("Sqrt", [x]);
export const exp = (x: Value): Value => one("Exp", [x]);
export const log = (x: Value): Value => one("Log", [x]);
export const cos = (x: Value): Value => one("Cos", [x]);
export const sin = (x: Value): Value => one("Sin", [x]);
export const abs = (x: Value): Value => one("Abs", [x]);
export const sign = (x: Value): Value => one("Sign", [x]);
export const relu = (x: Value): Value => one("Relu", [x]);
export const sigmoid = (x: Value): Value => one("Sigmoid", [x]);
export const tanh = (x: Value): Value => one("Tanh", [x]);
export const erf = (x: Value): Value => one("Erf", [x]);
export const softplus = (x: Value): Value => one("Softplus", [x]);
export const elu = (x: Value, alpha = 1): Value => one("Elu", [x], { alpha });
export const leakyRelu = (x: Value, alpha: number): Value => one("LeakyRelu", [x], { alpha });
/** max(0, min(1, alpha * x + beta)). */
export const hardSigmoid = (x: Value, alpha = 0.2, beta = 0.5): Value =>
  one("HardSigmoid", [x], { alpha, beta });
/** exp(x) / sum exp(x) over the last axis. */
export const softmax = (x: Value): Value => one("Softmax", [x]);
/** log(softmax(x)) over the last axis, without overflow. */
export const logSoftmax = (x: Value): Value => one("LogSoftmax", [x]);
/** x limited to [low, high]. */
export const clip = (x: Value, low: number, high: number): Value => minimum(maximum(x, low), high);
export const square = (x: Value): Value => mul(x, x);

export const where = (condition: Value, a: Value, b: Value): Value => one("Where", [condition, a, b]);
export const cast = (x: Value, dtype: DType): Value =>
  x.dtype === dtype ? x : one("Cast", [x], { to: dtype });

/** Matrix product over the last two axes; the others broadcast. */
export function matMul(a: Value, b: Value): Value {
  return a.shape.length === 2 && b.shape.length === 2 ? gemm(a, b) : one("MatMul", [a, b]);
}

export interface GemmOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** A row added to every row of the product. */
  readonly bias?: Value | undefined;
}

/** Product of two matrices, either of them transposed first. */
export function gemm(
  a: Value,
  b: Value,
  { transposeA = false, transposeB = false, bias }: GemmOptions = {},
): Value {
  return one("Gemm", bias ? [a, b, bias] : [a, b], { transA: transposeA, transB: transposeB });
}

export interface ReduceOptions {
  readonly axes?: readonly number[];
  readonly keepDims?: boolean;
}

function reduce(op: string, x: Value, { axes, keepDims = false }: ReduceOptions): Value {
  const all = axes ?? x.shape.map((_, axis) => axis);
  const normal = all.map((axis) => normalizeAxis(axis, x.shape.length)).sort((a, b) => a - b);
  if (new Set(normal).size < normal.length) {
    throw new TrazoError(`${op}: the axes [${all.join(", ")}] of ${formatShape(x.shape)} name one twice.`);
  }
  return normal.length === 0 ? x : one(op, [x], { axes: normal, keepdims: keepDims });
}

/** From so many rows a sample on, two short reductions are faster than a long one. */
const tallRows = 64;

/**
 * A sum or mean over a batch and its pixels, the leading axes in either order, one number a channel: first over the outer
 * of the two, which leaves long rows, then over the inner. ONNX Runtime takes up to 50 times as long to go down many short rows.
 */
export function reduceTall(
  op: "ReduceSum" | "ReduceMean",
  x: Value,
  axes: readonly number[],
  keepDims = false,
): Value {
  const cut = tallCut(x.shape, axes);
  if (!cut) return one(op, [x], { axes, keepdims: keepDims });
  const overFirst = (value: Value): Value => one(op, [value], { axes: [0], keepdims: false });
  const kept = x.shape.slice(axes.length);
  const row = productOf(kept);
  const inner = overFirst(reshape(x, [cut.outer, multiplyDims(cut.inner, row)]));
  const result = overFirst(reshape(inner, [cut.inner, row]));
  return reshape(result, keepDims ? [...axes.map(() => 1), ...kept] : kept);
}

/** The reduced axes as two: the batch and the pixels of a sample, in the order in which they lie. */
function tallCut(shape: Shape, axes: readonly number[]): { outer: Dim; inner: Dim } | undefined {
  const place = shape.findIndex((dim) => !isStatic(dim));
  if (place < 0 || place >= axes.length || !axes.every((axis, i) => axis === i)) return undefined;
  const [outer, inner] = [productOf(shape.slice(0, place)), productOf(shape.slice(place, axes.length))] as [
    number,
    SymbolicDim,
  ];
  if (place > 0) return outer > 1 ? { outer, inner } : undefined;
  return inner.factor < tallRows ? undefined : { outer: { ...inner, factor: 1 }, inner: inner.factor };
}

export const reduceSum = (x: Value, options: ReduceOptions = {}): Value => reduce("ReduceSum", x, options);
export const reduceMean = (x: Value, options: ReduceOptions = {}): Value => reduce("ReduceMean", x, options);
/** Index (int64) of the largest value along an axis, the first one where several are equal. */
export const argMax = (x: Value, axis = -1): Value =>
  one("ArgMax", [x], { axis: normalizeAxis(axis, x.shape.length), keepdims: false });

export function transpose(x: Value, perm: readonly number[]): Value {
  return perm.length === x.shape.length && perm.every((axis, i) => axis === i)
    ? x
    : one("Transpose", [x], { perm });
}

/** The same values in row-major order under another shape; at most one dimension is symbolic. */
export function reshape(x: Value, shape: Shape): Value {
  if (shapesEqual(x.shape, shape)) return x;
  if (!dimsEqual(productOf(x.shape), productOf(shape))) {
    throw new TrazoError(
      `Cannot reshape ${formatShape(x.shape)} to ${formatShape(shape)}: the sizes differ.`,
    );
  }
  return one("Reshape", [x], { shape: reshapeTarget(shape) });
}

/** All leading axes made one: `[..., k]` becomes `[rows, k]`. */
export function toMatrix(x: Value): Value {
  const last = x.shape[x.shape.length - 1] as Dim;
  return reshape(x, [productOf(x.shape.slice(0, -1)), last]);
}

export function concat(values: readonly Value[], axis: number): Value {
  if (values.length === 0) throw new TrazoError("Concat needs at least one value.");
  return one("Concat", values, { axis: normalizeAxis(axis, (values[0] as Value).shape.length) });
}

/** Elements `start` to `end` (exclusive) along one axis. */
export function slice(x: Value, axis: number, start: number, end: number): Value {
  return one("Slice", [x], { axis: normalizeAxis(axis, x.shape.length), start, end });
}

/** Zeros around a tensor: `before` and `after` have one entry an axis. */
export function pad(x: Value, before: readonly number[], after: readonly number[]): Value {
  return [...before, ...after].every((n) => n === 0) ? x : one("Pad", [x], { pads: [...before, ...after] });
}

/** `x` broadcast to the shape that `like` has when the graph runs. */
export function expandLike(x: Value, like: Value): Value {
  return shapesEqual(x.shape, like.shape) ? x : one("Expand", [x, shapeOf(like)]);
}

/** The run-time shape as an int64 vector. */
export const shapeOf = (x: Value): Value => one("Shape", [x]);

/** Number of elements along the axes, as a scalar of the wanted dtype, known when the graph runs. */
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

/** Rows of `x` along `axis` picked by constant indices; `shape` is the shape of the index array. */
export function gather(x: Value, indices: Int32Array, shape: readonly number[], axis: number): Value {
  const index = x.graph.constant(tensor("int32", shape, indices));
  return one("Gather", [x, index], { axis: normalizeAxis(axis, x.shape.length) });
}

/** One-hot rows (depth values each) of integer labels. */
export function oneHot(labels: Value, depth: number, dtype: DType): Value {
  // ONNX Runtime has no OneHot of int32 indices with an int64 depth.
  return one("OneHot", [cast(labels, "int64")], { depth, dtype });
}

/** Adds `updates` into zeros of `like`'s shape at flat positions `indices` (int64, same shape as updates). */
export function scatterAdd(like: Value, indices: Value, updates: Value): Value {
  const flat = [productOf(like.shape)];
  const count = [productOf(updates.shape)];
  const zeros = expandLike(like.graph.scalar(like.dtype, 0), reshape(like, flat));
  const sum = one("ScatterElements", [zeros, reshape(indices, count), reshape(updates, count)], {
    axis: 0,
    reduction: "add",
  });
  return reshape(sum, like.shape);
}

/** Sums `x` over the axes that broadcasting added, giving a tensor of `shape`. */
export function sumTo(x: Value, shape: Shape): Value {
  if (shapesEqual(x.shape, shape)) return x;
  const added = x.shape.length - shape.length;
  const axes = x.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < added || (shape[axis - added] === 1 && x.shape[axis] !== 1));
  return reshape(axes.length > 0 ? reduceTall("ReduceSum", x, axes) : x, shape);
}

export type { Dim, Shape, Value };
export { multiplyDims, staticDim };

// --- Images, channels last: what layers emit. A lowering turns these into the operators above. ---

export type Padding = "valid" | "same";

export interface WindowOptions {
  readonly strides: readonly [number, number];
  readonly padding: Padding;
}

export interface Conv2dOptions extends WindowOptions {
  readonly dilation: readonly [number, number];
}

/** Cross-correlation of `[batch, H, W, C]` with a kernel `[kh, kw, C, filters]`. */
export function conv2d(x: Value, kernel: Value, { strides, padding, dilation }: Conv2dOptions): Value {
  return one("Conv2d", [x, kernel], { strides, padding, dilation });
}

export interface Pool2dOptions extends WindowOptions {
  readonly poolSize: readonly [number, number];
}

/** Mean over windows of `[batch, H, W, C]`; padding does not count. */
export function averagePool2d(x: Value, { poolSize, strides, padding }: Pool2dOptions): Value {
  return one("AveragePool2d", [x], { poolSize, strides, padding });
}

/** Maximum over windows of `[batch, H, W, C]`; padding does not count. */
export function maxPool2d(x: Value, { poolSize, strides, padding }: Pool2dOptions): Value {
  return one("MaxPool2d", [x], { poolSize, strides, padding });
}

// --- Images, channels first: what the direct lowering emits. ---

/** top, left, bottom, right. */
export type Pads = readonly [number, number, number, number];

export interface ConvOptions {
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly pads: Pads;
}

/** Cross-correlation of `[batch, C, H, W]` with a kernel `[filters, C, kh, kw]`. */
export function conv(x: Value, kernel: Value, { strides, dilations, pads }: ConvOptions): Value {
  return one("Conv", [x, kernel], { strides, dilations, pads });
}

export interface ConvTransposeOptions extends ConvOptions {
  readonly outputPadding: readonly [number, number];
}

/** The gradient of `conv` with respect to its input. */
export function convTranspose(
  y: Value,
  kernel: Value,
  { strides, dilations, pads, outputPadding }: ConvTransposeOptions,
): Value {
  return one("ConvTranspose", [y, kernel], { strides, dilations, pads, output_padding: outputPadding });
}

export interface PoolOptions {
  readonly kernelShape: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly pads: Pads;
}

export function averagePool(x: Value, { kernelShape, strides, pads }: PoolOptions): Value {
  return one("AveragePool", [x], { kernel_shape: kernelShape, strides, pads });
}

export function maxPool(x: Value, { kernelShape, strides, pads }: PoolOptions): Value {
  return one("MaxPool", [x], { kernel_shape: kernelShape, strides, pads });
}

export interface GridSampleOptions {
  /** Between pixels. */
  readonly mode: "bilinear" | "nearest";
  /** Outside: zeros, the nearest pixel, or the image mirrored at its edges. */
  readonly paddingMode: "zeros" | "border" | "reflection";
}

/**
 * Samples `[batch, C, H, W]` at the places `[batch, height, width, 2]` (x, y), giving `[batch, C, height, width]`. A
 * coordinate runs from -1 at the image's near edge to 1 at its far edge; pixel i of n has its centre at (2 i + 1) / n - 1.
 */
export function gridSample(x: Value, grid: Value, { mode, paddingMode }: GridSampleOptions): Value {
  return one("GridSample", [x, grid], { mode, padding_mode: paddingMode, align_corners: false });
}
