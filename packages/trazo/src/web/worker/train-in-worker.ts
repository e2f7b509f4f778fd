import type { Callback } from "../../callbacks/callback.js";
import type { History } from "../../callbacks/history.js";
import { ImageDataGenerator, ImageFlow } from "../../data/augmentation/index.js";
import { type Dataset, isDataset } from "../../data/datasets/dataset.js";
import { TrazoError } from "../../errors.js";
import { listOption, requireKnownOptions } from "../../known-options.js";
import type { BackupOptions } from "../../model/backup.js";
import { type FitOptions, fitOptionNames } from "../../model/fit-options.js";
import type { Inputs } from "../../model/inputs.js";
import { TrainingInterrupted } from "../../model/interrupted.js";
import type { Model } from "../../model/model.js";
import { adoptState, copyModel } from "../../model/model-copy.js";
import type { Targets } from "../../model/targets.js";
import { requireWebRuntimeOptions, type WebRuntimeOptions } from "../runtime/web-runtime.js";
import {
  buffersOf,
  type FromWorker,
  type TensorValidation,
  type ToWorker,
  type TrainingProgress,
  type WorkerData,
  type WorkerError,
  type WorkerFitOptions,
} from "./messages.js";
import { PageCallbacks } from "./page-callbacks.js";
import { startWorker, type WorkerLike } from "./start-worker.js";

/** Options of `trainInWorker`: those of `fit` that do not need the page's own thread, and some more. */
export interface TrainInWorkerOptions extends Omit<FitOptions, "verbose" | "validationData"> {
  /** Evaluated after every epoch: `[x, y]` or `[x, y, sampleWeight]`. Default: none. */
  readonly validationData?: TensorValidation | undefined;
  /** Told after each step. Default: no one. */
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
  /** How the worker computes. Default: that of `webRuntime()`. */
  readonly runtime?: Pick<WebRuntimeOptions, "relaxedSimd" | "threads"> | undefined;
  /**
   * Starts the worker. Default: the module `trazo/worker`, found from where this one lies. It is ended with the training.
   */
  readonly worker?: (() => WorkerLike) | undefined;
}

const ownOptions = { onProgress: true, runtime: true, worker: true } as const;
const { verbose: _, ...fitOptions } = fitOptionNames;

/** A training that continues in a worker. */
export interface WorkerTraining {
  /** As `fit` gives it. Rejects as `fit` does: with `TrainingInterrupted` after `signal`, or a TrazoError. */
  readonly history: Promise<History>;
  /** Has the worker wait after the step that it is computing. */
  pause(): void;
  /** Continues after `pause`. */
  resume(): void;
  /** Ends training after the current step as if it were complete. */
  stop(): void;
  /** Sets the rate from the next step on; of no effect where a schedule decides it. */
  setLearningRate(rate: number): void;
  /** Brings the weights and the optimizer's state of the page's model to where training stands. */
  update(): Promise<void>;
}

/**
 * Trains a model in a worker, so that its page stays smooth: as `model.fit`, with the same results. The model and the data are
 * copied into the worker, and the model on the page gets its weights and the optimizer's state at the end, after `signal` too, at the end
 * of every epoch where there are `callbacks`, and when `update()` asks for it. Meanwhile it predicts with what it has; do not train
 * it or compile it. Callbacks run on the page, and the worker waits for those that it has hooks for. A page that is hidden trains on.
 * With a `backup` the same call resumes where a page that was closed had come, callbacks included.
 *
 * The worker's program is the module `trazo/worker`. Without a bundler, and with webpack, it is found of itself. With Vite and esbuild,
 * and where models hold classes of your own, make a file of one line, `import "trazo/worker"` (or a call of `serveTraining`), and
 * give it as `worker: () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" })`; esbuild needs that file as one more
 * entry point, and its name after bundling here.
 *
 * @param x samples, or an image flow, which has the targets; a dataset reads by functions, which cannot be sent
 * @param y targets in the shape that the loss wants
 * @throws TrazoError for a model that is not compiled, and for what cannot be sent
 * @example
 * ```ts
 * import { trainInWorker } from "trazo/web";
 *
 * const cancellation = new AbortController();
 * const training = trainInWorker(model, xTrain, yTrain, {
 *   epochs: 5,
 *   batchSize: 128,
 *   signal: cancellation.signal,
 *   onProgress: ({ epoch, step, steps, loss, rate }) => console.log(`${epoch + 1}: ${step}/${steps} ${loss} ${rate}/s`),
 * });
 * const { history } = await training.history;
 * ```
 */
export function trainInWorker(
  model: Model,
  x: Inputs,
  y: Targets,
  options?: TrainInWorkerOptions,
): WorkerTraining;
export function trainInWorker(model: Model, flow: ImageFlow, options?: TrainInWorkerOptions): WorkerTraining;
export function trainInWorker(
  model: Model,
  data: Inputs | ImageFlow | Dataset,
  yOrOptions?: Targets | TrainInWorkerOptions,
  optionsWithY: TrainInWorkerOptions = {},
): WorkerTraining {
  if (isDataset(data)) {
    throw new TrazoError(
      "trainInWorker: a dataset reads by functions, which cannot be sent to a worker. Give tensors, or call model.fit in a worker " +
        "of your own.",
    );
  }
  const isFlow = data instanceof ImageFlow;
  const options = isFlow ? ((yOrOptions ?? {}) as TrainInWorkerOptions) : optionsWithY;
  requireKnownOptions(options, { ...ownOptions, ...fitOptions }, "trainInWorker");
  const {
    callbacks,
    print = console.log,
    signal,
    onProgress,
    runtime = {},
    worker,
    backup,
    ...rest
  } = options;
  requireWebRuntimeOptions(runtime, "trainInWorker: runtime");
  const listened = listOption<Callback>(callbacks, "callbacks");
  const page = new PageCallbacks(model, listened, backup !== undefined);
  const order: ToWorker = {
    type: "train",
    model: copyModel(model),
    data: isFlow ? flowData(data) : { kind: "tensors", x: data, y: yOrOptions as Targets },
    options: { ...rest, ...(backup && { backup: sendable(backup) }) } as WorkerFitOptions,
    runtime,
    callbacks: page.described,
  };
  return new PageTraining({ model, page, order, print, signal, onProgress, worker });
}

/** Addresses as objects cannot be sent. */
const sendable = (backup: BackupOptions): BackupOptions => ({
  ...backup,
  backupDir: backup.backupDir instanceof URL ? backup.backupDir.href : backup.backupDir,
});

function flowData(flow: ImageFlow): WorkerData {
  const { x, y, batchSize, shuffle, sampleWeight, seed, variedPasses, generator } = flow;
  const state = generator instanceof ImageDataGenerator ? generator.state : undefined;
  if (!state) {
    throw new TrazoError(
      "trainInWorker: an ImageDataGenerator with a preprocessingFunction cannot be sent to a worker. Call model.fit in a worker of your " +
        "own.",
    );
  }
  const options = { batchSize, shuffle, sampleWeight, seed, variedPasses };
  return { kind: "flow", x, y, generator: state, options };
}

interface Settings {
  readonly model: Model;
  readonly page: PageCallbacks;
  readonly order: Extract<ToWorker, { type: "train" }>;
  readonly print: (text: string) => void;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: TrainingProgress) => void) | undefined;
  readonly worker: (() => WorkerLike) | undefined;
}

/** The page's end of a training. */
class PageTraining implements WorkerTraining {
  readonly history: Promise<History>;
  readonly #settings: Settings;
  readonly #worker: WorkerLike;
  readonly #updated: (() => void)[] = [];
  #isRunning = true;
  #settle: { resolve: (history: History) => void; reject: (error: unknown) => void };

  constructor(settings: Settings) {
    this.#settings = settings;
    const { promise, ...settle } = settlable<History>();
    this.#settle = settle;
    this.history = promise;
    this.#worker = startWorker(settings.worker);
    this.#worker.addEventListener(
      "message",
      (event) => void this.#take((event as { data: FromWorker }).data),
    );
    this.#worker.addEventListener("error", (event) => this.#fail(startFailure(event)));
    this.#worker.addEventListener("messageerror", () =>
      this.#fail(new TrazoError("The worker's message was lost.")),
    );
    const { signal, order } = settings;
    signal?.addEventListener("abort", this.#interrupt);
    this.#send(order, buffersOf(order.model.state));
    if (signal?.aborted) this.#interrupt();
  }

  pause(): void {
    this.#send({ type: "control", paused: true });
  }

  resume(): void {
    this.#send({ type: "control", paused: false });
  }

  stop(): void {
    this.#send({ type: "control", end: "stop" });
  }

  setLearningRate(rate: number): void {
    const { optimizer } = this.#settings.model;
    if (optimizer.schedule) return;
    optimizer.learningRate = rate;
    this.#send({ type: "control", learningRate: rate });
  }

  update(): Promise<void> {
    if (!this.#isRunning) return Promise.resolve();
    return new Promise((resolve) => {
      this.#updated.push(resolve);
      this.#send({ type: "state" });
    });
  }

  readonly #interrupt = (): void => this.#send({ type: "control", end: "interrupt" });

  #send(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    if (this.#isRunning) this.#worker.postMessage(message, transfer);
  }

  async #take(message: FromWorker): Promise<void> {
    const { model, page, print, onProgress } = this.#settings;
    try {
      switch (message.type) {
        case "progress":
          onProgress?.(message.progress);
          break;
        case "params":
          page.begin(message.params, print);
          break;
        case "hook":
          this.#send({ type: "answer", answer: await page.call(message) });
          break;
        case "state":
          adoptState(model, message.state);
          this.#updated.shift()?.();
          break;
        case "resumed":
          page.resume(message);
          break;
        case "ended":
          this.#end();
          this.#settle.resolve(page.history);
          break;
        case "failed":
          if (message.state) adoptState(model, message.state);
          this.#fail(errorFrom(message.error));
          break;
      }
    } catch (error) {
      // A callback's, or a listener's.
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#end();
    this.#settle.reject(error);
  }

  #end(): void {
    this.#isRunning = false;
    this.#settings.signal?.removeEventListener("abort", this.#interrupt);
    this.#worker.terminate();
    for (const resolve of this.#updated.splice(0)) resolve();
  }
}

function settlable<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
} {
  let [resolve, reject]: [(value: T) => void, (error: unknown) => void] = [() => {}, () => {}];
  const promise = new Promise<T>((...given) => {
    [resolve, reject] = given;
  });
  return { promise, resolve, reject };
}

function errorFrom({ message, isOwn, interrupted }: WorkerError): Error {
  if (interrupted) {
    const { epoch, batch, backupDir } = interrupted;
    return new TrainingInterrupted(epoch, batch, backupDir, message);
  }
  return isOwn ? new TrazoError(message) : new Error(message);
}

/** Browsers do not say why a worker's module could not be loaded. */
function startFailure(event: unknown): TrazoError {
  const { message } = event as { readonly message?: string };
  return new TrazoError(
    message
      ? `The training's worker failed: ${message}.`
      : "The training's worker could not be loaded. Give it yourself, as the option worker: see trainInWorker.",
  );
}
