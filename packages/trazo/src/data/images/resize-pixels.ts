import { type AxisTaps, axisTaps } from "./axis-taps.js";
import type { Interpolation } from "./interpolation.js";

/** Bytes of a picture, row by row, `channels` for each pixel. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** What a picture is resized to. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Resizes a picture, the rows first. As in TensorFlow values are rounded once, at the end; with `antialias` as in PIL, which has
 * bytes after either axis.
 */
export function resizePixels(
  pixels: Pixels,
  { width, height }: PixelSize,
  interpolation: Interpolation,
  antialias: boolean,
): Pixels {
  if (pixels.width === width && pixels.height === height) return pixels;
  const columns = axisTaps(pixels.width, width, interpolation, antialias);
  const rows = axisTaps(pixels.height, height, interpolation, antialias);
  const { channels } = pixels;
  const data = new Uint8Array(width * height * channels);
  const narrowed = new NarrowedRows(pixels, columns, rows.most, antialias);
  const sum = new Float64Array(width * channels);
  for (let y = 0; y < height; y++) {
    const start = rows.starts[y] as number;
    const count = rows.counts[y] as number;
    const into = data.subarray(y * sum.length, (y + 1) * sum.length);
    // Between two rows lie most pixels of most pictures.
    if (count === 2) {
      mixRows(
        narrowed.row(start),
        narrowed.row(start + 1),
        rows.weights.subarray(y * rows.most, y * rows.most + 2),
        into,
      );
      continue;
    }
    sum.fill(0);
    for (let k = 0; k < count; k++) {
      const weight = rows.weights[y * rows.most + k] as number;
      if (weight === 0) continue;
      const row = narrowed.row(start + k);
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (row[i] as number);
    }
    for (let i = 0; i < sum.length; i++) into[i] = toByte(sum[i] as number);
  }
  return { width, height, channels, data };
}

function mixRows(upper: Float64Array, lower: Float64Array, weights: Float64Array, into: Uint8Array): void {
  const [above, below] = [weights[0] as number, weights[1] as number];
  for (let i = 0; i < into.length; i++) {
    into[i] = toByte(above * (upper[i] as number) + below * (lower[i] as number));
  }
}

const toByte = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0);

/** Rows of a picture brought to another width, each when it is first asked for; the latest ones are kept. */
class NarrowedRows {
  readonly #pixels: Pixels;
  readonly #taps: AxisTaps;
  readonly #toBytes: boolean;
  readonly #kept: { source: number; readonly values: Float64Array }[];

  /** @param most how many rows a new one is made of */
  constructor(pixels: Pixels, taps: AxisTaps, most: number, toBytes: boolean) {
    this.#toBytes = toBytes;
    this.#pixels = pixels;
    this.#taps = taps;
    const length = taps.starts.length * pixels.channels;
    this.#kept = Array.from({ length: most }, () => ({ source: -1, values: new Float64Array(length) }));
  }

  row(source: number): Float64Array {
    const slot = this.#kept[source % this.#kept.length] as { source: number; readonly values: Float64Array };
    if (slot.source !== source) {
      slot.source = source;
      this.#narrow(source, slot.values);
    }
    return slot.values;
  }

  #narrow(row: number, into: Float64Array): void {
    const { width, channels, data } = this.#pixels;
    const { starts, counts, weights, most } = this.#taps;
    if (channels === 3) {
      this.#narrowColors(row, into);
      return;
    }
    for (let x = 0; x < starts.length; x++) {
      const from = (row * width + (starts[x] as number)) * channels;
      const count = counts[x] as number;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = 0; k < count; k++) {
          sum += (weights[x * most + k] as number) * (data[from + k * channels + c] as number);
        }
        into[x * channels + c] = this.#toBytes ? toByte(sum) : sum;
      }
    }
  }

  /** The same for three channels, in half the time: each weight is read once. */
  #narrowColors(row: number, into: Float64Array): void {
    const { width, data } = this.#pixels;
    const { starts, counts, weights, most } = this.#taps;
    const toBytes = this.#toBytes;
    for (let x = 0; x < starts.length; x++) {
      let from = (row * width + (starts[x] as number)) * 3;
      const last = x * most + (counts[x] as number);
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let k = x * most; k < last; k++, from += 3) {
        const weight = weights[k] as number;
        red += weight * (data[from] as number);
        green += weight * (data[from + 1] as number);
        blue += weight * (data[from + 2] as number);
      }
      const at = 3 * x;
      into[at] = toBytes ? toByte(red) : red;
      into[at + 1] = toBytes ? toByte(green) : green;
      into[at + 2] = toBytes ? toByte(blue) : blue;
    }
  }
}
