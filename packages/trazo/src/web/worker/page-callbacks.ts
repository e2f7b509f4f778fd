import type { Callback, CallbackParams, Logs, TrainingModel } from "../../callbacks/callback.js";
import { CallbackList } from "../../callbacks/callback-list.js";
import { type History, historyCallback } from "../../callbacks/history.js";
import { hooks } from "../../callbacks/hooks.js";
import type { Model } from "../../model/model.js";
import { adoptState } from "../../model/model-copy.js";
import type { FromWorker, HookAnswer, WorkerCallbacks, WorkerParams } from "./messages.js";

type Hook = Extract<FromWorker, { type: "hook" }>;
type Resumed = Extract<FromWorker, { type: "resumed" }>;

/** Hooks that are called on the page without the worker's asking. */
const setup = new Set(["setModel", "setParams", "getState", "setState"]);

/** Calls the callbacks on the page for a training that continues in a worker. They see the page's model, as it was at the epoch's end. */
export class PageCallbacks {
  readonly history: History = { epoch: [], history: {} };
  /** As the worker is to know them. */
  readonly described: WorkerCallbacks;
  readonly #model: Model;
  readonly #list: CallbackList;
  readonly #trained: TrainedModel;
  readonly #hasBackup: boolean;
  #samplesDone = 0;

  /**
   * @param hasBackup whether the callbacks' states are wanted after each hook
   * @throws TrazoError for something that is not a callback, or cannot work with the model
   */
  constructor(model: Model, callbacks: readonly Callback[], hasBackup: boolean) {
    const all = [...callbacks, historyCallback(this.history)];
    this.#model = model;
    this.#list = new CallbackList(all);
    this.#list.requireTrainable(model);
    this.#trained = new TrainedModel(model);
    this.#hasBackup = hasBackup;
    const called = [...hooks].filter(
      (name) => !setup.has(name) && all.some((one) => one[name as keyof Callback] !== undefined),
    );
    this.described = { hooks: called, shapes: this.#list.shapes, states: this.#list.getState() };
    this.#list.setModel(this.#trained);
  }

  begin(params: WorkerParams, print: CallbackParams["print"]): void {
    this.#list.setParams({ ...params, verbose: 0, print, samplesDone: () => this.#samplesDone });
  }

  /** Calls a hook of every callback, and gives what the worker is to know. */
  async call({ hook, number, logs, iterations, samplesDone, state }: Hook): Promise<HookAnswer> {
    if (state) adoptState(this.#model, state);
    const { optimizer } = this.#model;
    optimizer.iterations = iterations;
    this.#samplesDone = samplesDone;
    const call = this.#list[hook as "onEpochEnd"] as (
      ...args: (number | Logs)[]
    ) => Promise<void> | undefined;
    await call(...(number === undefined ? [logs] : [number, logs]));
    return {
      logs,
      stop: this.#trained.stopTraining,
      learningRate: optimizer.schedule ? undefined : optimizer.learningRate,
      weights: this.#trained.takeChangedWeights(),
      states: this.#hasBackup ? this.#list.getState() : undefined,
    };
  }

  /** The training goes on from a backup, and so do model and callbacks on the page. */
  resume({ seed, state, states }: Resumed): void {
    this.#model.definition.goOnWithSeed(seed);
    adoptState(this.#model, state);
    this.#list.setState(states);
  }
}

/** The page's model as callbacks see it. */
class TrainedModel implements TrainingModel {
  stopTraining = false;
  readonly #model: Model;
  #changed = false;

  constructor(model: Model) {
    this.#model = model;
  }

  get optimizer(): TrainingModel["optimizer"] {
    return this.#model.optimizer;
  }

  save(path: string): Promise<void> {
    return this.#model.save(path);
  }

  saveWeights(path: string): Promise<void> {
    return this.#model.saveWeights(path);
  }

  requireSavable(path: string): Promise<void> {
    return this.#model.requireSavable(path);
  }

  getWeights(): Float32Array[] {
    return this.#model.getWeights();
  }

  setWeights(weights: readonly Float32Array[]): void {
    this.#model.setWeights(weights);
    this.#changed = true;
  }

  /** Weights that were set since this was last asked for. */
  takeChangedWeights(): Float32Array[] | undefined {
    if (!this.#changed) return undefined;
    this.#changed = false;
    return this.getWeights();
  }
}
