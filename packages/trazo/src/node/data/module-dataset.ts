import type { Dataset } from "../../data/datasets/dataset.js";
import type { DType } from "../../tensor.js";
import { makeDataset } from "./make-dataset.js";

/**
 * A dataset that a module of your own makes, so that other threads can make it, too: see `inWorkers`. The module exports by default a
 * function that takes `data` and gives a dataset, or a promise of one.
 *
 * @param url of the module: `new URL("./my-pictures.js", import.meta.url)` finds one next to your own
 * @param data for the function: what structured cloning copies, so no functions
 * @throws TrazoError when the module does not make a dataset
 * @example
 * ```ts
 * // my-pictures.js: export default ({ folder }) => mapDataset(...);
 * const pictures = await moduleDataset("file:///home/me/my-pictures.js", { folder: "animals" });
 * await model.fit(inWorkers(pictures, { workers: 2 }), { epochs: 10 });
 * ```
 */
export async function moduleDataset(url: string | URL, data?: unknown): Promise<Dataset<DType, DType>> {
  const recipe = { kind: "module", url: String(url), data } as const;
  return { ...(await makeDataset(recipe)), recipe };
}
