/**
 * Operators as plain functions from Values to Values, so that layers, losses and gradient rules read like mathematics. Each is one
 * entry of the operator table; shapes follow from there. Here are those that only the library itself uses.
 */

import { one } from "./apply.js";
import { expandLike, reshape } from "./public-ops/index.js";
import { isStatic, multiplyDims, productOf, shapesEqual, staticDim } from "./shape.js";
import type { Attribute, Dim, Shape, SymbolicDim, Value } from "./value.js";

export { shapeOf } from "./apply.js";
export * from "./public-ops/index.js";

/** From this many rows per sample on, two short reductions are faster than a long one. */
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

/** Entries of `x` along an axis, picked by indices (int32 or int64) that are known when the graph runs. No gradient. */
export const gatherAt = (x: Value, index: Value, axis: number): Value => one("Gather", [x, index], { axis });

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

export interface NormalizationOptions {
  /** A factor per channel, `[channels]`. Default none. */
  readonly gamma?: Value | undefined;
  /** Added per channel, `[channels]`. Default none. */
  readonly beta?: Value | undefined;
  /** Added to the variance. */
  readonly epsilon: number;
}

/** What a batch normalization gives: the values normalized, and the batch's mean and biased variance per channel. */
export interface Normalized {
  readonly output: Value;
  readonly mean: Value;
  readonly variance: Value;
}

/** `gamma * (x - mean) / sqrt(variance + epsilon) + beta` with the mean and variance of `x` itself over all axes but the last. */
export function batchNormalization(x: Value, { gamma, beta, epsilon }: NormalizationOptions): Normalized {
  const [output, mean, variance] = x.graph.apply("BatchNorm", [x, gamma, beta], { epsilon });
  return { output: output as Value, mean: mean as Value, variance: variance as Value };
}

/** The same with a mean and a variance that are given, `[channels]` each. */
export const normalization = (
  x: Value,
  mean: Value,
  variance: Value,
  { gamma, beta, epsilon }: NormalizationOptions,
): Value => one("Normalization", [x, mean, variance, gamma, beta], { epsilon });

export interface GroupNormalizationOptions extends NormalizationOptions {
  /** A sample's values are taken as `[places, groups, each]`, or as many such arrays one after the other. */
  readonly places: number;
  readonly groups: number;
  readonly each: number;
}

/** The same with the mean and variance that each group has in each sample; gamma and beta `[groups * each]`, in any shape. */
export const groupNormalization = (
  x: Value,
  { gamma, beta, ...attributes }: GroupNormalizationOptions,
): Value => one("GroupNorm", [x, gamma, beta], { ...attributes });

// --- Images, channels first: what the direct lowering emits. ---

/** top, left, bottom, right. */
export type Pads = readonly [number, number, number, number];

export interface ConvOptions {
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly pads: Pads;
  /** In how many groups, each by itself, the channels are. Default 1. */
  readonly group?: number | undefined;
}

/** Cross-correlation of `[batch, C, H, W]` with a kernel `[filters, C / group, kh, kw]`. */
export function conv(x: Value, kernel: Value, { strides, dilations, pads, group = 1 }: ConvOptions): Value {
  return one("Conv", [x, kernel], { strides, dilations, pads, ...inGroups(group) });
}

const inGroups = (group: number): Record<string, Attribute> => (group === 1 ? {} : { group });

export interface ConvTransposeOptions extends ConvOptions {
  readonly outputPadding: readonly [number, number];
}

/** The gradient of `conv` with respect to its input. */
export function convTranspose(
  y: Value,
  kernel: Value,
  { strides, dilations, pads, outputPadding, group = 1 }: ConvTransposeOptions,
): Value {
  const attributes = { strides, dilations, pads, output_padding: outputPadding, ...inGroups(group) };
  return one("ConvTranspose", [y, kernel], attributes);
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
 * coordinate runs from -1 at the image's near edge to 1 at its far edge; pixel i of n has its center at (2 i + 1) / n - 1.
 */
export function gridSample(x: Value, grid: Value, { mode, paddingMode }: GridSampleOptions): Value {
  return one("GridSample", [x, grid], { mode, padding_mode: paddingMode, align_corners: false });
}
