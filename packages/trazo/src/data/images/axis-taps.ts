import { type Interpolation, type Kernel, kernels } from "./interpolation.js";

/** For each new pixel of an axis the old ones that it is made of: `counts[i]` of them from `starts[i]` on. */
export interface AxisTaps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `most` entries per new pixel; they add up to 1. */
  readonly weights: Float64Array;
  readonly most: number;
}

/**
 * The taps that turn `length` pixels into `newLength`. Pixels have their centers at halves, as in TensorFlow 2 and PIL.
 *
 * @param antialias whether a kernel grows with the pixels when the picture shrinks, so that it sees every old one
 */
export function axisTaps(
  length: number,
  newLength: number,
  interpolation: Interpolation,
  antialias: boolean,
): AxisTaps {
  const scale = length / newLength;
  if (interpolation === "nearest") return collect(newLength, (i) => nearest(i, scale, length));
  if (interpolation === "area") return collect(newLength, (i) => covered(i, scale, length));
  const kernel = kernels[interpolation];
  const stretch = antialias ? Math.max(scale, 1) : 1;
  const place = (center: number): number =>
    antialias || !kernel.steps ? center : Math.round((center - 0.5) * kernel.steps) / kernel.steps + 0.5;
  return collect(newLength, (i) => convolved(place((i + 0.5) * scale), kernel, stretch, length));
}

interface PixelTaps {
  readonly start: number;
  readonly weights: readonly number[];
}

function nearest(i: number, scale: number, length: number): PixelTaps {
  return { start: Math.min(Math.floor((i + 0.5) * scale), length - 1), weights: [1] };
}

/** Each old pixel counts by how much of it lies within the new one. */
function covered(i: number, scale: number, length: number): PixelTaps {
  const [from, to] = [i * scale, Math.min((i + 1) * scale, length)];
  const start = Math.min(Math.floor(from), length - 1);
  const weights: number[] = [];
  for (let source = start; source < to; source++) {
    weights.push(Math.min(source + 1, to) - Math.max(source, from));
  }
  return { start, weights };
}

function convolved(center: number, { reach, weight }: Kernel, stretch: number, length: number): PixelTaps {
  const start = Math.max(0, Math.ceil(center - reach * stretch - 0.5));
  const end = Math.min(length - 1, Math.floor(center + reach * stretch - 0.5));
  const weights: number[] = [];
  for (let source = start; source <= end; source++) {
    weights.push(weight(Math.abs(source + 0.5 - center) / stretch));
  }
  return { start, weights };
}

function collect(newLength: number, tapsOf: (i: number) => PixelTaps): AxisTaps {
  const all = Array.from({ length: newLength }, (_, i) => tapsOf(i));
  const most = all.reduce((most, { weights }) => Math.max(most, weights.length), 1);
  const weights = new Float64Array(newLength * most);
  for (const [i, taps] of all.entries()) {
    const sum = taps.weights.reduce((sum, weight) => sum + weight, 0);
    for (const [k, weight] of taps.weights.entries()) weights[i * most + k] = weight / sum;
  }
  return {
    starts: Int32Array.from(all, ({ start }) => start),
    counts: Int32Array.from(all, ({ weights }) => weights.length),
    weights,
    most,
  };
}
