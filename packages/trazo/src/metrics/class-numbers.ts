import { TrazoError } from "../errors.js";
import { sampleSize, type Tensor } from "../tensor.js";

/**
 * The class of each sample: from class numbers `[n]`, or from rows `[n, classes]` the largest entry, of equal ones the first.
 *
 * @throws TrazoError for what is not a class number
 */
export function classNumbers(values: Tensor): Float64Array {
  const width = values.shape.length > 1 ? sampleSize(values) : 1;
  return Float64Array.from({ length: values.shape[0] ?? 0 }, (_, row) => {
    if (width === 1) return classNumber(Number(values.data[row]), row);
    let best = 0;
    for (let k = 1; k < width; k++) {
      if (Number(values.data[row * width + k]) > Number(values.data[row * width + best])) best = k;
    }
    return best;
  });
}

function classNumber(label: number, sample: number): number {
  if (Number.isInteger(label) && label >= 0) return label;
  throw new TrazoError(`Sample ${sample} has class ${label}, but classes must be non-negative integers.`);
}
