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
  if (interpolation === "nearest") return collect(newLength, 1, (i) => nearest(i, scale, length));
  if (interpolation === "area") {
    return collect(newLength, Math.ceil(scale) + 1, (i, into, at) => covered(i, scale, length, into, at));
  }
  const kernel = kernels[interpolation];
  const stretch = antialias ? Math.max(scale, 1) : 1;
  const place = (center: number): number =>
    antialias || !kernel.steps ? center : Math.round((center - 0.5) * kernel.steps) / kernel.steps + 0.5;
  return collect(newLength, Math.ceil(2 * kernel.reach * stretch) + 1, (i, into, at) =>
    convolved(place((i + 0.5) * scale), kernel, stretch, length, into, at),
  );
}

/** Writes the weights of a new pixel from `at` on, where zeros are. @returns the first old pixel */
type WriteTaps = (i: number, into: Float64Array, at: number) => number;

function nearest(i: number, scale: number, length: number): number {
  return Math.min(Math.floor((i + 0.5) * scale), length - 1);
}

/** Each old pixel counts by how much of it lies within the new one. */
function covered(i: number, scale: number, length: number, into: Float64Array, at: number): number {
  const [from, to] = [i * scale, Math.min((i + 1) * scale, length)];
  const start = Math.min(Math.floor(from), length - 1);
  for (let source = start; source < to; source++) {
    into[at + source - start] = Math.min(source + 1, to) - Math.max(source, from);
  }
  return start;
}

function convolved(
  center: number,
  { reach, weight }: Kernel,
  stretch: number,
  length: number,
  into: Float64Array,
  at: number,
): number {
  const start = Math.max(0, Math.ceil(center - reach * stretch - 0.5));
  const end = Math.min(length - 1, Math.floor(center + reach * stretch - 0.5));
  for (let source = start; source <= end; source++) {
    into[at + source - start] = weight(Math.abs(source + 0.5 - center) / stretch);
  }
  return start;
}

/** Brings the weights of every new pixel to a sum of 1, and leaves out those at the ends that count for nothing. */
function collect(newLength: number, most: number, write: WriteTaps): AxisTaps {
  const starts = new Int32Array(newLength);
  const counts = new Int32Array(newLength);
  const weights = new Float64Array(newLength * most);
  for (let i = 0; i < newLength; i++) {
    const at = i * most;
    if (most === 1) weights[at] = 1;
    const start = write(i, weights, at);
    let [first, last] = [at, at + most - 1];
    while (first < last && weights[first] === 0) first++;
    while (last > first && weights[last] === 0) last--;
    let sum = 0;
    for (let k = first; k <= last; k++) sum += weights[k] as number;
    for (let k = first; k <= last; k++) weights[at + k - first] = (weights[k] as number) / sum;
    starts[i] = start + first - at;
    counts[i] = last - first + 1;
  }
  return { starts, counts, weights, most };
}
