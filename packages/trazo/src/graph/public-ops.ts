/**
 * Operators: functions from values of a graph to a value, with which a layer, a loss, a metric or an optimizer computes.
 *
 * Each has a gradient, unless it says otherwise. In the examples, `x` and `y` are values of a graph that have the
 * batch as their first axis, `value` is a weight, and `targets` are class numbers `[batch]`.
 *
 * @module
 */
import { TrazoError } from "../errors.js";
import { type DType, tensor } from "../tensor.js";
import { binary, type Operand, one, shapeOf } from "./apply.js";
import {
  dimsEqual,
  formatShape,
  isStatic,
  normalizeAxis,
  productOf,
  reshapeTarget,
  shapesEqual,
} from "./shape.js";
import type { Dim, Shape, Value } from "./value.js";

export type { Operand } from "./apply.js";

/**
 * `a + b`, element by element. Shapes broadcast as in NumPy; a number takes the other's dtype.
 *
 * @example
 * ```ts
 * ops.add(x, 1);
 * ```
 */
export const add = (a: Operand, b: Operand): Value => binary("Add", a, b);

/**
 * `a - b`, element by element. Shapes broadcast as in NumPy; a number takes the other's dtype.
 *
 * @example
 * ```ts
 * ops.sub(1, x);
 * ```
 */
export const sub = (a: Operand, b: Operand): Value => binary("Sub", a, b);

/**
 * `a * b`, element by element. Shapes broadcast as in NumPy; a number takes the other's dtype.
 *
 * @example
 * ```ts
 * ops.mul(x, y);
 * ```
 */
export const mul = (a: Operand, b: Operand): Value => binary("Mul", a, b);

/**
 * `a / b`, element by element. Shapes broadcast as in NumPy; a number takes the other's dtype.
 *
 * @example
 * ```ts
 * ops.div(x, ops.reduceSum(x, { axes: [-1], keepDims: true }));
 * ```
 */
export const div = (a: Operand, b: Operand): Value => binary("Div", a, b);

/**
 * `a` to the power of `b`, element by element. Shapes broadcast as in NumPy; a number takes the other's dtype.
 *
 * @example
 * ```ts
 * ops.pow(x, 2);
 * ```
 */
export const pow = (a: Operand, b: Operand): Value => binary("Pow", a, b);

/**
 * The larger of `a` and `b`, element by element. Shapes broadcast as in NumPy; a number takes the other's dtype.
 *
 * @example
 * ```ts
 * ops.maximum(x, 0);
 * ```
 */
export const maximum = (a: Operand, b: Operand): Value => binary("Max", a, b);

/**
 * The smaller of `a` and `b`, element by element. Shapes broadcast as in NumPy; a number takes the other's dtype.
 *
 * @example
 * ```ts
 * ops.minimum(x, y);
 * ```
 */
export const minimum = (a: Operand, b: Operand): Value => binary("Min", a, b);

/**
 * Where `a > b`, as booleans without a gradient: `cast` them to compute, or choose with `where`. Shapes broadcast.
 *
 * @example
 * ```ts
 * ops.cast(ops.greater(x, 0.5), "float32");
 * ```
 */
export const greater = (a: Operand, b: Operand): Value => binary("Greater", a, b);

/**
 * Where `a >= b`, as booleans without a gradient: `cast` them to compute, or choose with `where`. Shapes broadcast.
 *
 * @example
 * ```ts
 * ops.where(ops.greaterOrEqual(x, 0), x, y);
 * ```
 */
export const greaterOrEqual = (a: Operand, b: Operand): Value => binary("GreaterOrEqual", a, b);

/**
 * Where `a < b`, as booleans without a gradient: `cast` them to compute, or choose with `where`. Shapes broadcast.
 *
 * @example
 * ```ts
 * ops.cast(ops.less(x, y), "float32");
 * ```
 */
export const less = (a: Operand, b: Operand): Value => binary("Less", a, b);

/**
 * Where `a` equals `b`, as booleans without a gradient: `cast` them to compute, or choose with `where`. Shapes broadcast.
 *
 * @example
 * ```ts
 * ops.cast(ops.equal(ops.argMax(x), ops.argMax(y)), "float32");
 * ```
 */
export const equal = (a: Operand, b: Operand): Value => binary("Equal", a, b);

/**
 * `-x`, element by element.
 *
 * @example
 * ```ts
 * ops.neg(x);
 * ```
 */
export const neg = (x: Value): Value => one("Neg", [x]);

/**
 * The square root, element by element.
 *
 * @example
 * ```ts
 * ops.sqrt(x);
 * ```
 */
export const sqrt = (x: Value): Value => one("Sqrt", [x]);

/**
 * e to the power of `x`, element by element.
 *
 * @example
 * ```ts
 * ops.exp(x);
 * ```
 */
export const exp = (x: Value): Value => one("Exp", [x]);

/**
 * The natural logarithm, element by element.
 *
 * @example
 * ```ts
 * ops.log(x);
 * ```
 */
export const log = (x: Value): Value => one("Log", [x]);

/**
 * The cosine of radians, element by element.
 *
 * @example
 * ```ts
 * ops.cos(x);
 * ```
 */
export const cos = (x: Value): Value => one("Cos", [x]);

/**
 * The sine of radians, element by element.
 *
 * @example
 * ```ts
 * ops.sin(x);
 * ```
 */
export const sin = (x: Value): Value => one("Sin", [x]);

/**
 * The absolute value, element by element.
 *
 * @example
 * ```ts
 * ops.abs(x);
 * ```
 */
export const abs = (x: Value): Value => one("Abs", [x]);

/**
 * -1, 0 or 1 by the sign; its gradient is 0, element by element.
 *
 * @example
 * ```ts
 * ops.sign(x);
 * ```
 */
export const sign = (x: Value): Value => one("Sign", [x]);

/**
 * `max(x, 0)`, element by element.
 *
 * @example
 * ```ts
 * ops.relu(x);
 * ```
 */
export const relu = (x: Value): Value => one("Relu", [x]);

/**
 * `1 / (1 + exp(-x))`, element by element.
 *
 * @example
 * ```ts
 * ops.sigmoid(x);
 * ```
 */
export const sigmoid = (x: Value): Value => one("Sigmoid", [x]);

/**
 * The hyperbolic tangent, element by element.
 *
 * @example
 * ```ts
 * ops.tanh(x);
 * ```
 */
export const tanh = (x: Value): Value => one("Tanh", [x]);

/**
 * The error function, element by element.
 *
 * @example
 * ```ts
 * ops.erf(x);
 * ```
 */
export const erf = (x: Value): Value => one("Erf", [x]);

/**
 * `log(1 + exp(x))`, without overflow, element by element.
 *
 * @example
 * ```ts
 * ops.softplus(x);
 * ```
 */
export const softplus = (x: Value): Value => one("Softplus", [x]);

/**
 * `x` where it is positive, else `alpha * (exp(x) - 1)`.
 *
 * @example
 * ```ts
 * ops.elu(x, 1);
 * ```
 */
export const elu = (x: Value, alpha = 1): Value => one("Elu", [x], { alpha });

/**
 * `x` where it is positive, else `alpha * x`.
 *
 * @example
 * ```ts
 * ops.leakyRelu(x, 0.2);
 * ```
 */
export const leakyRelu = (x: Value, alpha: number): Value => one("LeakyRelu", [x], { alpha });

/**
 * `max(0, min(1, alpha * x + beta))`, element by element.
 *
 * @example
 * ```ts
 * ops.hardSigmoid(x, 1 / 6, 0.5);
 * ```
 */
export const hardSigmoid = (x: Value, alpha = 0.2, beta = 0.5): Value =>
  one("HardSigmoid", [x], { alpha, beta });

/**
 * `exp(x) / sum exp(x)` over the last axis, without overflow.
 *
 * @example
 * ```ts
 * ops.softmax(x);
 * ```
 */
export const softmax = (x: Value): Value => one("Softmax", [x]);

/**
 * `log(softmax(x))` over the last axis, without overflow.
 *
 * @example
 * ```ts
 * ops.logSoftmax(x);
 * ```
 */
export const logSoftmax = (x: Value): Value => one("LogSoftmax", [x]);

/**
 * `x` limited to `[low, high]`; the gradient is 0 outside.
 *
 * @example
 * ```ts
 * ops.clip(x, 1e-7, 1 - 1e-7);
 * ```
 */
export const clip = (x: Value, low: number, high: number): Value => minimum(maximum(x, low), high);

/**
 * `x * x`, element by element.
 *
 * @example
 * ```ts
 * ops.square(x);
 * ```
 */
export const square = (x: Value): Value => mul(x, x);

/**
 * `a` where the condition holds, else `b`. Shapes broadcast; `a` and `b` have one dtype.
 *
 * @example
 * ```ts
 * ops.where(ops.greater(x, 0), x, ops.mul(x, 0.1));
 * ```
 */
export const where = (condition: Value, a: Value, b: Value): Value => one("Where", [condition, a, b]);

/**
 * The same values in another dtype; floats are cut off to integers. Between float types the gradient passes.
 *
 * @example
 * ```ts
 * ops.cast(targets, "float32");
 * ```
 */
export const cast = (x: Value, dtype: DType): Value =>
  x.dtype === dtype ? x : one("Cast", [x], { to: dtype });

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

function reduce(op: string, x: Value, { axes, keepDims = false }: ReduceOptions): Value {
  const all = axes ?? x.shape.map((_, axis) => axis);
  const normal = all.map((axis) => normalizeAxis(axis, x.shape.length)).sort((a, b) => a - b);
  if (new Set(normal).size < normal.length) {
    throw new TrazoError(`${op}: the axes [${all.join(", ")}] of ${formatShape(x.shape)} name one twice.`);
  }
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

// --- Images, channels last: what layers emit. A lowering turns these into the operators above. ---

export type Padding = "valid" | "same";

export interface WindowOptions {
  /** Steps from window to window along height and width. */
  readonly strides: readonly [number, number];
  /** `"valid"`: none; `"same"`: as many zeros as keep the size at a stride of 1. */
  readonly padding: Padding;
}

export interface Conv2dOptions extends WindowOptions {
  /** Distance between the kernel's values along height and width; 1 for a plain convolution. */
  readonly dilation: readonly [number, number];
}

/**
 * Cross-correlation of images `[batch, height, width, channels]` with a kernel `[kernelHeight, kernelWidth, channels, filters]`, giving
 * `[batch, newHeight, newWidth, filters]`.
 *
 * @throws TrazoError when the channels differ, or the kernel is larger than the image
 * @example
 * ```ts
 * ops.conv2d(x, value, { strides: [1, 1], padding: "same", dilation: [1, 1] });
 * ```
 */
export function conv2d(x: Value, kernel: Value, { strides, padding, dilation }: Conv2dOptions): Value {
  return one("Conv2d", [x, kernel], { strides, padding, dilation });
}

export interface GroupedConv2dOptions extends Conv2dOptions {
  /** In how many groups the channels are. */
  readonly groups: number;
}

/**
 * `conv2d` with channels and filters in groups, each group of filters seeing only its own group of channels: a kernel
 * `[kernelHeight, kernelWidth, channels / groups, filters]`.
 *
 * @throws TrazoError when the groups or channels do not fit, or the kernel is larger than the image
 * @example
 * ```ts
 * ops.groupedConv2d(x, value, { strides: [1, 1], padding: "same", dilation: [1, 1], groups: 2 });
 * ```
 */
export function groupedConv2d(x: Value, kernel: Value, options: GroupedConv2dOptions): Value {
  const { strides, padding, dilation, groups } = options;
  return one("GroupedConv2d", [x, kernel], { strides, padding, dilation, groups });
}

/**
 * Cross-correlation of each channel by itself, of images `[batch, height, width, channels]` with a kernel
 * `[kernelHeight, kernelWidth, channels, multiplier]`, giving `[batch, newHeight, newWidth, channels * multiplier]`.
 *
 * @throws TrazoError when the channels differ, or the kernel is larger than the image
 * @example
 * ```ts
 * ops.depthwiseConv2d(x, value, { strides: [1, 1], padding: "same", dilation: [1, 1] });
 * ```
 */
export function depthwiseConv2d(
  x: Value,
  kernel: Value,
  { strides, padding, dilation }: Conv2dOptions,
): Value {
  return one("DepthwiseConv2d", [x, kernel], { strides, padding, dilation });
}

export interface Conv2dTransposeOptions extends Conv2dOptions {
  /** Height and width of the output: one of the sizes that a convolution with these options makes the input of. */
  readonly outputSize: readonly [number, number];
}

/**
 * The gradient of `conv2d` with respect to its input as an operator of its own (a "deconvolution"): images
 * `[batch, height, width, channels]` with a kernel `[kernelHeight, kernelWidth, filters, channels]` give
 * `[batch, outputHeight, outputWidth, filters]`.
 *
 * @throws TrazoError when the channels differ, or a convolution would not make the input's size of the output's
 * @example
 * ```ts
 * ops.conv2dTranspose(x, value, { strides: [2, 2], padding: "same", dilation: [1, 1], outputSize: [28, 28] });
 * ```
 */
export function conv2dTranspose(x: Value, kernel: Value, options: Conv2dTransposeOptions): Value {
  const { strides, padding, dilation, outputSize } = options;
  return one("Conv2dTranspose", [x, kernel], { strides, padding, dilation, outputSize });
}

export interface Pool2dOptions extends WindowOptions {
  /** Height and width of a window. */
  readonly poolSize: readonly [number, number];
}

/**
 * Mean over windows of images `[batch, height, width, channels]`; padding does not count.
 *
 * @throws TrazoError when a window is larger than the image
 * @example
 * ```ts
 * ops.averagePool2d(x, { poolSize: [2, 2], strides: [2, 2], padding: "valid" });
 * ```
 */
export function averagePool2d(x: Value, { poolSize, strides, padding }: Pool2dOptions): Value {
  return one("AveragePool2d", [x], { poolSize, strides, padding });
}

/**
 * Maximum over windows of images `[batch, height, width, channels]`; padding does not count.
 *
 * @throws TrazoError when a window is larger than the image
 * @example
 * ```ts
 * ops.maxPool2d(x, { poolSize: [2, 2], strides: [2, 2], padding: "valid" });
 * ```
 */
export function maxPool2d(x: Value, { poolSize, strides, padding }: Pool2dOptions): Value {
  return one("MaxPool2d", [x], { poolSize, strides, padding });
}
