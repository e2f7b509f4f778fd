import { parentPort, workerData } from "node:worker_threads";
import type { Dataset } from "../../data/datasets/dataset.js";
import type { DatasetRecipe } from "../../data/datasets/recipe.js";
import { TrazoError } from "../../errors.js";
import { newArray, sizeOf, type TypedArrayOf } from "../../tensor.js";
import { readBytesNow } from "../files/read-bytes.js";
import { makeDataset } from "./make-dataset.js";
import { loadSharp } from "./sharp.js";

/** To the thread: a batch to read. */
export interface BatchQuestion {
  readonly indices: Int32Array;
  readonly seed: number;
  readonly wantsTargets: boolean;
  /** Weights as they are before the dataset changes them. */
  readonly sampleWeight: Float32Array<ArrayBuffer>;
}

/** From the thread: the batch, or why there is none. */
export type BatchAnswer =
  | {
      readonly x: TypedArrayOf[keyof TypedArrayOf];
      readonly y: TypedArrayOf[keyof TypedArrayOf] | undefined;
      readonly sampleWeight: Float32Array;
    }
  | { readonly failure: string; readonly stack: string | undefined; readonly isExplained: boolean };

const port = parentPort;
if (!port) throw new Error("This file is the program of a thread.");
const dataset = prepared(workerData as DatasetRecipe);
// Told where a batch is asked for.
dataset.catch(() => undefined);

port.on("message", (question: BatchQuestion) => {
  read(question).then(
    ({ answer, buffers }) => port.postMessage(answer, buffers),
    (error: Error) =>
      port.postMessage({
        failure: error.message,
        stack: error.stack,
        isExplained: error instanceof TrazoError,
      } satisfies BatchAnswer),
  );
});

async function prepared(recipe: DatasetRecipe): Promise<Dataset> {
  // Pictures are decoded several at once: more threads for each would only get in each other's way.
  if (recipe.kind !== "module") (await loadSharp()).concurrency(1);
  return await makeDataset(recipe, readBytesNow);
}

async function read({ indices, seed, wantsTargets, sampleWeight }: BatchQuestion) {
  const made: Dataset = await dataset;
  const x = newArray(made.x.dtype, indices.length * sizeOf(made.x.shape));
  const y =
    wantsTargets && made.y ? newArray(made.y.dtype, indices.length * sizeOf(made.y.shape)) : undefined;
  await made.read(indices, { x, y, sampleWeight }, { seed });
  const buffers = [x, y, sampleWeight].flatMap((array) => (array ? [array.buffer as ArrayBuffer] : []));
  return { answer: { x, y, sampleWeight } satisfies BatchAnswer, buffers };
}
