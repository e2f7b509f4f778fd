import { inWords, TrazoError } from "../errors.js";
import type { StateValue } from "../ports/state-folder.js";
import type { Callback, CallbackParams, Logs, TrainingModel } from "./callback.js";
import { type batchHooks, type epochHooks, hooks, isHook, unknownHook, type wholeHooks } from "./hooks.js";

type NumberedHook = (typeof epochHooks)[number] | (typeof batchHooks)[number];
type WholeHook = (typeof wholeHooks)[number];
type Pending = Promise<void> | undefined;

/**
 * Calls the hooks of several callbacks in order, with the same logs object. A hook that no callback
 * implements costs nothing, and only hooks that return a promise are waited for.
 */
export class CallbackList {
  readonly #callbacks: readonly Callback[];
  readonly #implementers = new Map<string, readonly Callback[]>();

  /** @throws TrazoError for something that is not a callback, or a hook whose name is misspelled. */
  constructor(callbacks: readonly Callback[]) {
    for (const [i, callback] of callbacks.entries()) requireCallback(callback, i);
    this.#callbacks = callbacks;
    for (const hook of hooks) {
      const implementers = callbacks.filter(
        (callback) => typeof callback[hook as keyof Callback] === "function",
      );
      if (implementers.length > 0) this.#implementers.set(hook, implementers);
    }
  }

  /** @throws TrazoError when a callback cannot work with the model, before anything has begun */
  requireTrainable(model: TrainingModel): void {
    for (const callback of this.#callbacks) callback.requireTrainable?.(model);
  }

  setModel(model: TrainingModel): void {
    for (const callback of this.#callbacks) callback.setModel?.(model);
  }

  setParams(params: CallbackParams): void {
    for (const callback of this.#callbacks) callback.setParams?.(params);
  }

  /** The state of every callback, in their order; null for those without. */
  getState(): StateValue[] {
    return this.#callbacks.map((callback) => callback.getState?.() ?? null);
  }

  setState(states: readonly StateValue[]): void {
    for (const [i, callback] of this.#callbacks.entries()) {
      const state = states[i];
      if (state !== undefined && state !== null) callback.setState?.(state);
    }
  }

  /** Whether any of them may look at the model's weights, or change them, when a batch begins or ends. */
  get watchesBatches(): boolean {
    const watching = ["onTrainBatchBegin", "onTrainBatchEnd"].flatMap(
      (hook) => this.#implementers.get(hook) ?? [],
    );
    return watching.some(({ logsOnly }) => logsOnly !== true);
  }

  /** For each callback the names of its hooks: what tells one list of callbacks from another. */
  get shapes(): string[] {
    return this.#callbacks.map((callback) =>
      [...hooks].filter((hook) => callback[hook as keyof Callback] !== undefined).join(" "),
    );
  }

  onTrainBegin = (logs: Logs): Pending => this.#whole("onTrainBegin", logs);
  onTrainEnd = (logs: Logs): Pending => this.#whole("onTrainEnd", logs);
  onTestBegin = (logs: Logs): Pending => this.#whole("onTestBegin", logs);
  onTestEnd = (logs: Logs): Pending => this.#whole("onTestEnd", logs);
  onPredictBegin = (logs: Logs): Pending => this.#whole("onPredictBegin", logs);
  onPredictEnd = (logs: Logs): Pending => this.#whole("onPredictEnd", logs);

  onEpochBegin = (epoch: number, logs: Logs): Pending => this.#numbered("onEpochBegin", epoch, logs);
  onEpochEnd = (epoch: number, logs: Logs): Pending => this.#numbered("onEpochEnd", epoch, logs);
  onTrainBatchBegin = (batch: number, logs: Logs): Pending =>
    this.#numbered("onTrainBatchBegin", batch, logs);
  onTrainBatchEnd = (batch: number, logs: Logs): Pending => this.#numbered("onTrainBatchEnd", batch, logs);
  onTestBatchBegin = (batch: number, logs: Logs): Pending => this.#numbered("onTestBatchBegin", batch, logs);
  onTestBatchEnd = (batch: number, logs: Logs): Pending => this.#numbered("onTestBatchEnd", batch, logs);
  onPredictBatchBegin = (batch: number, logs: Logs): Pending =>
    this.#numbered("onPredictBatchBegin", batch, logs);
  onPredictBatchEnd = (batch: number, logs: Logs): Pending =>
    this.#numbered("onPredictBatchEnd", batch, logs);

  #whole(hook: WholeHook, logs: Logs): Pending {
    return this.#each(hook, (callback) => callback[hook]?.(logs));
  }

  #numbered(hook: NumberedHook, number: number, logs: Logs): Pending {
    return this.#each(hook, (callback) => callback[hook]?.(number, logs));
  }

  #each(hook: string, call: (callback: Callback) => void | Promise<void>): Pending {
    const implementers = this.#implementers.get(hook);
    return implementers && callFrom(implementers, 0, call);
  }
}

function callFrom(
  callbacks: readonly Callback[],
  start: number,
  call: (callback: Callback) => void | Promise<void>,
): Pending {
  for (let i = start; i < callbacks.length; i++) {
    const pending = call(callbacks[i] as Callback);
    if (isThenable(pending)) return Promise.resolve(pending).then(() => callFrom(callbacks, i + 1, call));
  }
  return undefined;
}

/** Not only this realm's own promises: a query builder or a promise of another realm is awaited, too. */
const isThenable = (value: unknown): value is PromiseLike<void> =>
  ((typeof value === "object" && value !== null) || typeof value === "function") &&
  typeof (value as Partial<PromiseLike<void>>).then === "function";

function requireCallback(callback: unknown, position: number): void {
  const where = `callbacks[${position}]`;
  if (typeof callback !== "object" || callback === null) {
    const advice =
      typeof callback === "function" && !("definition" in callback)
        ? " Call it: that gives the callback."
        : "";
    throw new TrazoError(`${where} must be a callback, but is ${inWords(callback)}.${advice}`);
  }
  for (const name of memberNames(callback)) {
    if (!isHook(name)) {
      if (/^on[A-Z_]/.test(name)) throw unknownHook(where, name);
      continue;
    }
    const hook = (callback as Record<string, unknown>)[name];
    if (hook !== undefined && typeof hook !== "function") {
      throw new TrazoError(`${where}: ${name} must be a function, but is ${String(hook)}.`);
    }
  }
}

/** Own and inherited names, so that the methods of a class are checked too. */
function memberNames(object: object): string[] {
  const parent = Object.getPrototypeOf(object) as object | null;
  const own = Object.getOwnPropertyNames(object);
  return parent === null || parent === Object.prototype ? own : [...own, ...memberNames(parent)];
}
