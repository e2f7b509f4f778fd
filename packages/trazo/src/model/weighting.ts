import { afterRead } from "../data/datasets/after-read.js";
import { type Dataset, rowsOf } from "../data/datasets/dataset.js";
import { TrazoError } from "../errors.js";
import { formatShape } from "../graph/shape.js";
import { newArray, sampleSize, type Tensor } from "../tensor.js";

/** Factors on the loss by class number, e.g. `{ 0: 1, 8: 2.5 }`; classes not named count 1. */
export type ClassWeight = Readonly<Record<number, number>>;

/**
 * Turns class weights into sample weights: the class is the largest entry of a one-hot target, or
 * the target itself.
 *
 * @param classes how many classes there are, where that is known
 * @throws TrazoError for a weight that is none, and for a class that does not exist
 */
export function weightByClass(
  y: Tensor,
  classWeight: ClassWeight,
  classes = Number.POSITIVE_INFINITY,
): Float32Array {
  if (typeof classWeight !== "object" || classWeight instanceof Map) {
    throw new TrazoError("classWeight is an object of weights by class number, e.g. { 0: 1, 8: 2.5 }.");
  }
  if (y.shape.length > 2) {
    throw new TrazoError(
      `classWeight is for one class per sample, but each has targets of shape ${formatShape(y.shape.slice(1))}: give sampleWeight, a ` +
        "tensor with one factor for each place, [samples, height, width] for pixels.",
    );
  }
  const width = sampleSize(y);
  const weights = new Map(
    Object.entries(classWeight).map(([key, weight]) => {
      const label = Number(key);
      if (!Number.isInteger(label) || label < 0 || !(weight >= 0 && Number.isFinite(weight))) {
        throw new TrazoError(
          `classWeight: expected class numbers with non-negative weights, but got ${key}: ${weight}.`,
        );
      }
      if (label >= classes) {
        throw new TrazoError(`classWeight names class ${label}, but the classes are 0 to ${classes - 1}.`);
      }
      return [label, weight] as const;
    }),
  );
  return Float32Array.from(
    { length: y.shape[0] as number },
    (_, i) => weights.get(classAt(y, i, width)) ?? 1,
  );
}

/** The same dataset, its samples weighted by their classes as they are read. */
export function weightedByClass(
  dataset: Dataset,
  classWeight: ClassWeight,
  classes: number | undefined,
): Dataset {
  const { y } = dataset;
  if (!y) return dataset;
  // Wrong weights are refused at once, not with the first batch.
  weightByClass(rowsOf(y, 0, newArray(y.dtype, 0)), classWeight, classes);
  return afterRead(dataset, (indices, into) => {
    if (!into.y) return;
    const weights = weightByClass(rowsOf(y, indices.length, into.y), classWeight, classes);
    for (const [row, weight] of weights.entries()) {
      into.sampleWeight[row] = (into.sampleWeight[row] as number) * weight;
    }
  });
}

function classAt({ data }: Tensor, row: number, width: number): number {
  if (width === 1) return Math.round(Number(data[row]));
  let best = 0;
  for (let k = 1; k < width; k++) {
    if (Number(data[row * width + k]) > Number(data[row * width + best])) best = k;
  }
  return best;
}
