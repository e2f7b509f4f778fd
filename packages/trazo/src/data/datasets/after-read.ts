import type { BatchTarget, Dataset } from "./dataset.js";

/** The same samples, with something done to every batch once it is read. */
export function afterRead(dataset: Dataset, then: (indices: Int32Array, into: BatchTarget) => void): Dataset {
  return {
    length: dataset.length,
    x: dataset.x,
    y: dataset.y,
    others: dataset.others,
    async read(indices, into, context) {
      await dataset.read(indices, into, context);
      then(indices, into);
    },
    ...(dataset.fingerprint && { fingerprint: () => dataset.fingerprint?.() ?? "" }),
  };
}
