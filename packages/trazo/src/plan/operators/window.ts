import { windowAxis } from "../../graph/operators/window.js";
import type { Padding } from "../../graph/ops.js";
import type { Value } from "../../graph/value.js";

export type Pair = readonly [number, number];

/** A window sliding over images `[batch, height, width, channels]`, in numbers. */
export interface Window {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly size: Pair;
  readonly strides: Pair;
  readonly dilation: Pair;
  /** Rows and columns of padding before the image. */
  readonly top: number;
  readonly left: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
}

export function windowOf(x: Value, size: Pair, strides: Pair, dilation: Pair, padding: Padding): Window {
  const [, height, width, channels] = x.shape as readonly number[] as readonly [
    number,
    number,
    number,
    number,
  ];
  const rows = windowAxis(height, size[0], strides[0], dilation[0], padding, "window");
  const columns = windowAxis(width, size[1], strides[1], dilation[1], padding, "window");
  return {
    height,
    width,
    channels,
    size,
    strides,
    dilation,
    top: rows.before,
    left: columns.before,
    outputHeight: rows.output,
    outputWidth: columns.output,
  };
}

/** The numbers of an image and a pooling window, as kernels take them. */
export const poolNumbers = (window: Window): number[] => {
  const { height, width, channels, size, strides, top, left, outputHeight, outputWidth } = window;
  return [height, width, channels, ...size, ...strides, top, left, outputHeight, outputWidth];
};

/** The same of a convolution. */
export const patchNumbers = (window: Window): number[] => {
  const { height, width, channels, size, strides, dilation, top, left, outputHeight, outputWidth } = window;
  return [height, width, channels, ...size, ...strides, ...dilation, top, left, outputHeight, outputWidth];
};

/** Channels up to which the values of patches are quickly sorted by their places in these: see the kernel `patchColumns`. */
export const fewChannels = 4;

/** The same for `patchColumns`, which knows no dilation. */
export const columnNumbers = (window: Window): number[] => {
  const { height, width, channels, size, strides, top, left, outputHeight, outputWidth } = window;
  return [height, width, channels, ...size, ...strides, top, left, outputHeight, outputWidth];
};

/** Bytes that it writes over. */
export const columnsWork = ({ channels, size, strides, outputHeight, outputWidth }: Window): number =>
  4 *
  (1 + (outputHeight - 1) * strides[0] + size[0]) *
  (channels * strides[1] * (outputWidth + Math.floor((size[1] - 1) / strides[1])));
