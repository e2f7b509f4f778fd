import { withDefault } from "../schema/option.js";
import { integer } from "../schema/options.js";
import type { StateFields } from "../state/state-fields.js";
import type { CallbackParams, Logs } from "./callback.js";
import {
  type Direction,
  directionOf,
  type MonitorMode,
  type MonitorOptions,
  monitorOptions,
  watchedValue,
  worstOf,
} from "./monitor.js";
import { anyNumber, verbosity } from "./options.js";

interface Defaults {
  readonly patience: number;
  readonly minDelta: number;
}

const ownOptions = (defaults: Defaults) => ({
  /** Epochs without improvement before anything is done. Default 0 for `earlyStopping`, 10 for `reduceLROnPlateau`. */
  patience: withDefault(integer({ min: 0 }), defaults.patience),
  /** A smaller change does not count as an improvement. Default 0 for `earlyStopping`, 1e-4 for `reduceLROnPlateau`. */
  minDelta: withDefault(anyNumber(), defaults.minDelta),
  /** 1 prints what is done. Default 0. */
  verbose: verbosity(),
});

/** A name of its own, so that declarations keep what is said of each option. */
export interface PlateauOptions extends MonitorOptions, Readonly<ReturnType<typeof ownOptions>> {}

/** Options of callbacks that act when a quantity stops improving. */
export const plateauOptions = (defaults: Defaults): PlateauOptions => ({
  ...monitorOptions,
  ...ownOptions(defaults),
});

/** Whether a value is better than another one, given which direction is. */
export type Comparison = (value: number, other: number, direction: Direction) => boolean;

/** Follows one quantity of the logs: its best value so far, and the epochs since it last improved. */
export class PlateauWatcher {
  readonly #callback: string;
  readonly #monitor: string;
  readonly #direction: Direction;
  readonly #isBetter: Comparison;
  #best: number;
  /** Epochs without improvement. */
  wait = 0;

  /** @param callback names the watching callback in messages */
  constructor(
    callback: string,
    { monitor, mode }: { readonly monitor: string; readonly mode: MonitorMode },
    isBetter: Comparison,
  ) {
    this.#callback = callback;
    this.#monitor = monitor;
    this.#direction = directionOf(monitor, mode);
    this.#isBetter = isBetter;
    this.#best = worstOf(this.#direction);
  }

  /** What a backup holds of it. */
  get state(): { readonly best: number; readonly wait: number } {
    return { best: this.#best, wait: this.wait };
  }

  /** @throws TrazoError when the saved state does not hold it; nothing has changed then */
  restore(saved: StateFields): void {
    const [best, wait] = [saved.number("best"), saved.whole("wait", 0)];
    this.#best = best;
    this.wait = wait;
  }

  reset(): void {
    this.#best = worstOf(this.#direction);
    this.wait = 0;
  }

  /** The watched value; where the logs lack it, undefined after a warning. */
  read(logs: Logs, print: CallbackParams["print"]): number | undefined {
    return watchedValue(this.#callback, this.#monitor, logs, print);
  }

  isBetter(value: number, other: number): boolean {
    return this.#isBetter(value, other, this.#direction);
  }

  /** Whether the value is the best so far, which it then is from now on. */
  improve(value: number): boolean {
    if (!this.isBetter(value, this.#best)) return false;
    this.#best = value;
    return true;
  }
}
