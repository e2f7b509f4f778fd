import type { ImageFlow } from "../data/augmentation/index.js";
import { type Dataset, isDataset } from "../data/datasets/dataset.js";
import { flowDataset } from "../data/datasets/flow-dataset.js";
import { TrazoError } from "../errors.js";

/**
 * Whether it is a flow, which is told by what it has: programs without flows then need not load what makes them. A generator writes
 * batches, too, but has no samples.
 */
export function isFlow(data: unknown): data is ImageFlow {
  const { writeBatch, x } = Object(data) as Partial<ImageFlow>;
  return typeof writeBatch === "function" && x !== undefined;
}

/** What reads its samples as they are needed, a flow included. Undefined for everything else. */
export function datasetOf(data: unknown): Dataset | undefined {
  if (isFlow(data)) return flowDataset(data);
  return isDataset(data) ? data : undefined;
}

/** A flow, a dataset and a function of batches bring their targets: what comes after them are options. */
export function refuseTargets(given: unknown, what: string): void {
  if (typeof given !== "object" || given === null || !("dtype" in given) || !("shape" in given)) return;
  throw new TrazoError(
    `${what}: a flow, a dataset and a function of batches bring their own targets. Give the options alone: ${what}(data, { … }).`,
  );
}

/** An iterator can be used once only: a function gives one for every epoch. */
export function refuseIterator(data: unknown, what: string): void {
  if (ArrayBuffer.isView(data) || Array.isArray(data) || typeof data === "string") return;
  const { next, [Symbol.iterator]: iterator, [Symbol.asyncIterator]: asyncIterator } = Object(data);
  const isIterator = [next, iterator, asyncIterator].some((method) => typeof method === "function");
  if (!isIterator) return;
  const forms =
    what === "fit"
      ? "the function that makes it, fit(() => batches(), { … }), tensors fit(x, y), a dataset { length, x, y, read }, or an image flow."
      : `tensors, ${what}(x, y), or give the function that makes it to fit.`;
  throw new TrazoError(
    `${what}: the inputs are a generator or iterator, which could be used once only. Give ${forms}`,
  );
}
