import type { Pictures } from "./sheet.js";

/** A tensor, as far as it matters here. */
export interface ShownTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int32Array | Float32Array | Float64Array | BigInt64Array;
  readonly divisor?: number;
}

const mostImages = 40;
const mostMaps = 64;
const largestSide = 512;

/**
 * The first images of a tensor, or nothing where its shape is not that of images: `[n, height, width]`,
 * `[n, height, width, 1, 3 or 4]`, `[height, width, 1, 3 or 4]`. Of `[n, height, width, channels]` with other numbers of channels, as
 * convolutions give, the maps of the first image, each from its least to its greatest value.
 */
export function picturesOf(tensor: ShownTensor): Pictures | undefined {
  const size = imageSize(tensor.shape);
  const values = tensor.data;
  if (!size || values.length === 0 || values instanceof BigInt64Array) return undefined;
  const { count, height, width, channels } = size;
  if (Math.min(height, width) < 2 || Math.max(height, width) > largestSide) return undefined;
  const area = height * width;
  if (channels === 1 || channels === 3 || channels === 4) {
    const length = area * channels;
    const shown = Math.min(count, mostImages);
    const toByte = byteOf(tensor, values.subarray(0, shown * length));
    const images = Array.from({ length: shown }, (_, i) =>
      Uint8Array.from(values.subarray(i * length, (i + 1) * length), toByte),
    );
    return { width, height, channels, images };
  }
  const maps = Array.from({ length: Math.min(channels, mostMaps) }, (_, channel) => {
    const map = Float32Array.from({ length: area }, (_, i) => values[i * channels + channel] as number);
    return Uint8Array.from(map, fromRange(map));
  });
  return { width, height, channels: 1, images: maps };
}

interface ImageSize {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

function imageSize(shape: readonly number[]): ImageSize | undefined {
  const [a = 0, b = 0, c = 0, d = 1] = shape;
  if (shape.length === 4) return { count: a, height: b, width: c, channels: d };
  if (shape.length !== 3) return undefined;
  const isOne = c === 1 || c === 3 || c === 4;
  return isOne
    ? { count: 1, height: a, width: b, channels: c }
    : { count: a, height: b, width: c, channels: 1 };
}

/** Bytes are pixels already; numbers are taken as 0 to 1 or 0 to 255 where they are, else from the least to the greatest. */
function byteOf({ dtype, divisor = 1 }: ShownTensor, values: ArrayLike<number>): (value: number) => number {
  if (dtype === "uint8") return (value) => value;
  if (dtype === "bool") return (value) => 255 * value;
  const [low, high] = rangeOf(values);
  const most = high / divisor;
  if (low < 0 || most > 255) return fromRange(values);
  return most > 1 ? (value) => value / divisor : (value) => (255 * value) / divisor;
}

function fromRange(values: ArrayLike<number>): (value: number) => number {
  const [low, high] = rangeOf(values);
  return (value) => (high > low ? Math.round((255 * (value - low)) / (high - low)) : 0);
}

function rangeOf(values: ArrayLike<number>): [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i] as number);
    high = Math.max(high, values[i] as number);
  }
  return [low, high];
}
