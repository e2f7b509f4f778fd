import type { Worker } from "node:worker_threads";
import type { BatchTarget, Dataset } from "../../data/datasets/dataset.js";
import type { DatasetRecipe } from "../../data/datasets/recipe.js";
import { inWords, TrazoError } from "../../errors.js";
import { requireKnownOptions } from "../../known-options.js";
import type { DType } from "../../tensor.js";
import type { BatchAnswer, BatchQuestion } from "./read-worker.js";

/** Options of `inWorkers`. */
export interface InWorkersOptions {
  /** Threads that read, from 1 to 64. Default 1. */
  readonly workers?: number | undefined;
}

/** A dataset that other threads read. */
export type WorkerDataset<D extends Dataset> = D & {
  /** Ends the threads. They also end with the process, and when nothing was read for ten seconds; a later read starts new ones. */
  close(): Promise<void>;
};

/**
 * The same samples, read, decoded and augmented by threads of their own while the model computes: each reads a whole batch at a time,
 * so that the same seed gives the same bytes whatever the number of threads. `fit` asks for a few batches ahead and no more.
 *
 * For datasets that can be made again in another thread: of `directoryDataset`, `fileDataset`, `moduleDataset`, and those of
 * `augmentDataset` over them. A function given to `mapDataset` cannot be handed to a thread: put it into a module and use
 * `moduleDataset`.
 *
 * @throws TrazoError for a dataset that only this thread can make
 * @example
 * ```ts
 * const pictures = await directoryDataset("animals", { height: 96, width: 96, divisor: 1 });
 * const generator = imageDataGenerator({ rotationRange: 15, rescale: 1 / 255 });
 * const train = inWorkers(augmentDataset(pictures, generator), { workers: 2 });
 * await model.fit(train, { epochs: 10 });
 * await train.close();
 * ```
 */
export function inWorkers<D extends Dataset>(dataset: D, options: InWorkersOptions = {}): WorkerDataset<D> {
  requireKnownOptions(options, { workers: true }, "inWorkers");
  const { workers = 1 } = options;
  if (!(Number.isInteger(workers) && workers >= 1 && workers <= 64)) {
    throw new TrazoError(`inWorkers: workers must be an integer from 1 to 64, but got ${inWords(workers)}.`);
  }
  const { recipe } = dataset;
  if (!recipe) {
    throw new TrazoError(
      "inWorkers: only this thread can make the dataset. What mapDataset, mixUp and the like do is a function, which no other thread " +
        "can be given: put it around the threads, e.g. mixUp(inWorkers(pictures)), or put what makes the dataset into a module, and " +
        "use moduleDataset.",
    );
  }
  const readers = new Readers(recipe, workers);
  return {
    ...dataset,
    async read(indices: Int32Array, into: BatchTarget<DType, DType>, { seed }: { readonly seed: number }) {
      const sampleWeight = into.sampleWeight.slice();
      const answer = await readers.ask({ indices, seed, wantsTargets: into.y !== undefined, sampleWeight });
      into.x.set(answer.x as never);
      if (into.y && answer.y) into.y.set(answer.y as never);
      into.sampleWeight.set(answer.sampleWeight);
    },
    close: () => readers.close(),
  };
}

type Batch = Exclude<BatchAnswer, { failure: string }>;

interface Waiting {
  readonly question: BatchQuestion;
  readonly resolve: (batch: Batch) => void;
  readonly reject: (error: Error) => void;
}

/** What unused threads and their memory may cost. */
const idleMs = 10_000;

/** The program of a thread, which only a build has: Node does not run TypeScript. */
const program = (): string =>
  process
    .getBuiltinModule("node:module")
    .createRequire(import.meta.url)
    .resolve("#read-worker");

/** Threads that start when there is something to read, and answer one question at a time each. */
class Readers {
  readonly #recipe: DatasetRecipe;
  readonly #most: number;
  readonly #busy = new Map<Worker, Waiting>();
  #free: Worker[] = [];
  #waiting: Waiting[] = [];
  #idle: NodeJS.Timeout | undefined;

  constructor(recipe: DatasetRecipe, most: number) {
    this.#recipe = recipe;
    this.#most = most;
  }

  ask(question: BatchQuestion): Promise<Batch> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const [free, busy] = [this.#free, [...this.#busy]];
    this.#free = [];
    this.#busy.clear();
    for (const [, { reject }] of busy) reject(closed());
    for (const { reject } of this.#waiting.splice(0)) reject(closed());
    await Promise.all([...free, ...busy.map(([worker]) => worker)].map((worker) => worker.terminate()));
  }

  #next(): void {
    clearTimeout(this.#idle);
    while (this.#waiting.length > 0) {
      const worker = this.#free.pop() ?? (this.#busy.size < this.#most ? this.#start() : undefined);
      if (!worker) return;
      const one = this.#waiting.shift() as Waiting;
      this.#busy.set(worker, one);
      // Only what is being read keeps the process going.
      worker.ref();
      worker.postMessage(one.question, [one.question.sampleWeight.buffer]);
    }
    if (this.#busy.size === 0) this.#idle = setTimeout(() => void this.close(), idleMs).unref();
  }

  #start(): Worker {
    // Loaded when it is used: most programs start no threads.
    const { Worker } = process.getBuiltinModule("node:worker_threads");
    const worker = new Worker(program(), { workerData: this.#recipe, name: "trazo reader" });
    worker.on("message", (answer: BatchAnswer) => {
      const one = this.#busy.get(worker);
      if (!one) return;
      this.#busy.delete(worker);
      worker.unref();
      this.#free.push(worker);
      if ("failure" in answer) one.reject(errorOf(answer));
      else one.resolve(answer);
      this.#next();
    });
    worker.on("error", (error) => this.#lose(worker, error));
    worker.on("exit", (code) => this.#lose(worker, new Error(`it ended with code ${code}`)));
    return worker;
  }

  #lose(worker: Worker, error: Error): void {
    const one = this.#busy.get(worker);
    this.#busy.delete(worker);
    this.#free = this.#free.filter((other) => other !== worker);
    one?.reject(
      new TrazoError(`A thread that reads pictures has ended unexpectedly: ${error.message}.`, {
        cause: error,
      }),
    );
    if (one) this.#next();
  }
}

const closed = (): TrazoError => new TrazoError("The dataset was closed while it was being read.");

function errorOf({ failure, stack, isExplained }: Extract<BatchAnswer, { failure: string }>): Error {
  const error = isExplained ? new TrazoError(failure) : new Error(failure);
  if (stack !== undefined) error.stack = stack;
  return error;
}
