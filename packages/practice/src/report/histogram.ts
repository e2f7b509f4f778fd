import { TrazoError } from "trazo";
import type { WeightHistogram } from "./data.js";

const nearZeroBound = 0.001;

/**
 * How the values of a layer's kernel are spread: bins of equal width from minus to plus the largest magnitude.
 *
 * @param bins default 81; an odd number has a bin in the middle of zero
 * @throws TrazoError when there are no values or one is not finite
 */
export function weightHistogram(layer: string, values: Float32Array, bins = 81): WeightHistogram {
  if (values.length === 0) throw new TrazoError(`Layer ${layer} has no weights to count.`);
  let [sum, squares, nearZero, largest] = [0, 0, 0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) throw new TrazoError(`Layer ${layer} has a weight that is ${value}.`);
    sum += value;
    squares += value * value;
    largest = Math.max(largest, Math.abs(value));
    if (Math.abs(value) < nearZeroBound) nearZero++;
  }
  const end = largest || nearZeroBound;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor(((value + end) / (2 * end)) * bins));
    counts[bin] = (counts[bin] as number) + 1;
  }
  const mean = sum / values.length;
  return {
    layer,
    start: -end,
    end,
    counts,
    mean,
    deviation: Math.sqrt(Math.max(0, squares / values.length - mean * mean)),
    nearZero: nearZero / values.length,
  };
}
