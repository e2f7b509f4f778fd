import { one } from "../apply.js";
import type { Value } from "../value.js";

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
