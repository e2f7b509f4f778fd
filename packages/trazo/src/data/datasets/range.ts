import type { Dataset } from "./dataset.js";

/** The samples `start` to `end` (exclusive) of a dataset. */
export function datasetRange(dataset: Dataset, start: number, end: number): Dataset {
  return {
    length: end - start,
    x: dataset.x,
    y: dataset.y,
    others: dataset.others,
    read: (indices, into, context) =>
      dataset.read(
        indices.map((index) => index + start),
        into,
        context,
      ),
    ...(dataset.fingerprint && { fingerprint: () => `${start} to ${end} of ${dataset.fingerprint?.()}` }),
  };
}
