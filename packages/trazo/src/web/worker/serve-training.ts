import type { Callback, CallbackParams, Logs } from "../../callbacks/callback.js";
import { ImageDataGenerator } from "../../data/augmentation/index.js";
import { TrazoError } from "../../errors.js";
import { type CustomObjects, requireCustomObjects } from "../../formats/custom-objects.js";
import { requireKnownOptions } from "../../known-options.js";
import { TrainingInterrupted } from "../../model/interrupted.js";
import type { Model } from "../../model/model.js";
import { modelFromCopy, stateOf } from "../../model/model-copy.js";
import type { StateValue } from "../../ports/state-folder.js";
import { StateFields } from "../../state/state-fields.js";
import { webRuntime } from "../runtime/web-runtime.js";
import { buffersOf, type FromWorker, type HookAnswer, type ToWorker, type WorkerError } from "./messages.js";
import { ProgressMeter } from "./progress-meter.js";

/** Options of `serveTraining`. */
export interface ServeTrainingOptions {
  /** Classes of your own that models hold, made with `defineLayer`, `defineLoss`, …. Default none. */
  readonly customObjects?: CustomObjects | undefined;
}

/** The worker's end of the line to its page. */
interface Port {
  postMessage(message: FromWorker, transfer?: ArrayBuffer[]): void;
  addEventListener(type: "message", listener: (event: { readonly data: ToWorker }) => void): void;
}

/**
 * Trains, in a worker, what `trainInWorker` sends from the page. The module `trazo/worker` does nothing but call it; a worker file
 * of your own calls it with the classes of your own that the models hold.
 *
 * @throws TrazoError for an unknown option
 * @example
 * ```ts
 * import { defineLayer, ops } from "trazo";
 * import { serveTraining } from "trazo/web";
 *
 * const double = defineLayer({
 *   className: "Double",
 *   options: {},
 *   create: () => ({
 *     build: (inputShape) => ({ outputShape: inputShape, weights: [] }),
 *     call: (x) => ops.mul(x, 2),
 *   }),
 * });
 * serveTraining({ customObjects: { layers: [double] } });
 * ```
 */
export function serveTraining(options: ServeTrainingOptions = {}): void {
  requireKnownOptions(options, { customObjects: true }, "serveTraining");
  const { customObjects = {} } = options;
  requireCustomObjects(customObjects, "serveTraining");
  const port = globalThis as unknown as Port;
  let training: ServedTraining | undefined;
  port.addEventListener("message", ({ data }) => {
    if (data.type === "train") {
      training = new ServedTraining(port, data, customObjects);
      void training.run();
    } else training?.tell(data);
  });
}

type Order = Extract<ToWorker, { type: "train" }>;

/** One training that the page asked for. */
class ServedTraining {
  readonly #port: Port;
  readonly #order: Order;
  readonly #customObjects: CustomObjects;
  readonly #interruption = new AbortController();
  #model: Model | undefined;
  #takeAnswer: ((answer: HookAnswer) => void) | undefined;
  #goOn: (() => void) | undefined;
  #paused: Promise<void> | undefined;
  /** Of the page's callbacks. */
  #states: readonly StateValue[];

  constructor(port: Port, order: Order, customObjects: CustomObjects) {
    this.#port = port;
    this.#order = order;
    this.#states = order.callbacks.states;
    this.#customObjects = customObjects;
  }

  async run(): Promise<void> {
    try {
      await this.#train();
      this.#send({ type: "ended" });
    } catch (error) {
      const state = this.#model && stateOf(this.#model);
      this.#send({ type: "failed", error: sendable(error), state });
    }
  }

  tell(message: Exclude<ToWorker, Order>): void {
    if (message.type === "answer") this.#takeAnswer?.(message.answer);
    else if (message.type === "state") {
      if (this.#model) this.#send({ type: "state", state: stateOf(this.#model) });
    } else this.#control(message);
  }

  #control({ paused, learningRate, end }: Extract<ToWorker, { type: "control" }>): void {
    const model = this.#model;
    if (learningRate !== undefined && model) model.optimizer.learningRate = learningRate;
    if (end === "stop" && model) model.stopTraining = true;
    if (end === "interrupt") this.#interruption.abort();
    if (paused === true) {
      this.#paused ??= new Promise((resolve) => {
        this.#goOn = resolve;
      });
    }
    if (paused === false || end) {
      this.#goOn?.();
      this.#paused = undefined;
    }
  }

  async #train(): Promise<void> {
    const { model: copy, data, options, runtime } = this.#order;
    this.#model = modelFromCopy(copy, {
      runtime: webRuntime(runtime),
      customObjects: this.#customObjects,
    });
    const model = this.#model;
    const settings = {
      ...options,
      verbose: 0 as const,
      callbacks: this.#callbacks(model),
      signal: this.#interruption.signal,
    };
    if (data.kind === "tensors") await model.fit(data.x, data.y, settings);
    else {
      const generator = ImageDataGenerator.from(data.generator);
      await model.fit(generator.flow(data.x, data.y, data.options), settings);
    }
  }

  /** First the page's, then what tells it of every step and makes a pause. */
  #callbacks(model: Model): Callback[] {
    const meter = new ProgressMeter();
    let params: CallbackParams | undefined;
    let epoch = 0;
    const own: Callback = {
      logsOnly: true,
      setParams: (given) => {
        params = given;
        const { epochs, steps, batchSize, samples } = given;
        this.#send({ type: "params", params: { epochs, steps, batchSize, samples } });
      },
      onEpochBegin: (begun) => {
        epoch = begun;
        meter.begin(params as CallbackParams);
      },
      onTrainBatchEnd: (batch, logs) => {
        const { iterations } = model.optimizer;
        this.#send({ type: "progress", progress: meter.progress(epoch, batch, logs, iterations) });
        return this.#paused;
      },
    };
    return [own, this.#pageCallback(model, () => params?.samplesDone() ?? 0)];
  }

  /** Has the hooks that the page's callbacks have, and waits for what they answer. */
  #pageCallback(model: Model, samplesDone: () => number): Callback {
    const ask = async (hook: string, number: number | undefined, logs: Logs): Promise<void> => {
      const state = hook === "onEpochEnd" || hook === "onTrainEnd" ? stateOf(model) : undefined;
      const { iterations } = model.optimizer;
      const answer = await new Promise<HookAnswer>((resolve) => {
        this.#takeAnswer = resolve;
        this.#send({ type: "hook", hook, number, logs, iterations, samplesDone: samplesDone(), state });
      });
      Object.assign(logs, answer.logs);
      if (answer.stop) model.stopTraining = true;
      if (answer.learningRate !== undefined) model.optimizer.learningRate = answer.learningRate;
      if (answer.weights) model.setWeights(answer.weights);
      if (answer.states) this.#states = answer.states;
    };
    const { hooks } = this.#order.callbacks;
    const called = hooks.map((hook) => [
      hook,
      (...args: [Logs] | [number, Logs]) =>
        args.length === 1 ? ask(hook, undefined, args[0]) : ask(hook, args[0], args[1]),
    ]);
    return { ...Object.fromEntries(called), ...this.#pageStates(model) };
  }

  /** The states of the page's callbacks, as a backup keeps them. */
  #pageStates(model: Model): Pick<Callback, "getState" | "setState"> {
    const { shapes } = this.#order.callbacks;
    return {
      getState: () => ({ shapes, states: this.#states }),
      setState: (saved) => {
        const fields = new StateFields(saved, "The callbacks' state");
        const before = fields.texts("shapes");
        if (before.length !== shapes.length || before.some((shape, i) => shape !== shapes[i])) {
          throw new TrazoError(
            "The backup is of a training with other callbacks. To continue from it, give the same ones; to start over, remove it, or " +
              "give another backupDir.",
          );
        }
        this.#states = fields.list("states", (state) => state);
        this.#send({ type: "resumed", seed: model.seed, state: stateOf(model), states: this.#states });
      },
    };
  }

  #send(message: FromWorker): void {
    const state = "state" in message ? message.state : undefined;
    this.#port.postMessage(message, state ? buffersOf(state) : []);
  }
}

function sendable(error: unknown): WorkerError {
  if (error instanceof TrainingInterrupted) {
    const { message, epoch, batch, backupDir } = error;
    return { message, isOwn: true, interrupted: { epoch, batch, backupDir } };
  }
  return { message: (error as Error).message ?? String(error), isOwn: error instanceof TrazoError };
}
