import { TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import { StateFields } from "../state/state-fields.js";
import type { Callback, CallbackParams, TrainingModel } from "./callback.js";
import { directionOf, improves, type MonitorMode, missingMessage, worstOf } from "./monitor.js";
import { countOption, numberOption } from "./options.js";
import { pythonFloat } from "./python-number.js";
import { requireSettableRate } from "./settable-rate.js";

export interface ReduceLROnPlateauOptions {
  /** Default `val_loss`. */
  readonly monitor?: string | undefined;
  /** What the learning rate is multiplied by, below 1. Default 0.1. */
  readonly factor?: number | undefined;
  /** Epochs without improvement before a reduction. Default 10. */
  readonly patience?: number | undefined;
  /** 1 prints every reduction. Default 0. */
  readonly verbose?: 0 | 1 | undefined;
  /** Whether larger or smaller values are better. Default `auto`: decided by the name of what is watched. */
  readonly mode?: MonitorMode | undefined;
  /** A smaller change is no improvement. Default 1e-4. */
  readonly minDelta?: number | undefined;
  /** Epochs after a reduction in which none is counted. Default 0. */
  readonly cooldown?: number | undefined;
  /** Never goes below. Default 0. */
  readonly minLr?: number | undefined;
}

const reduceLROnPlateauOptions = {
  monitor: true,
  factor: true,
  patience: true,
  verbose: true,
  mode: true,
  minDelta: true,
  cooldown: true,
  minLr: true,
} as const;

/**
 * Lowers the learning rate when a quantity stops improving, as Keras's `ReduceLROnPlateau`.
 * Adds `lr`, the rate in force during the epoch, to the logs.
 *
 * @throws TrazoError before training when the optimizer has a schedule, which already decides the rate
 */
export function reduceLROnPlateau(options: ReduceLROnPlateauOptions = {}): Callback {
  requireKnownOptions(options, reduceLROnPlateauOptions, "ReduceLROnPlateau");
  const { monitor = "val_loss", factor = 0.1, verbose = 0 } = options;
  const patience = countOption(options.patience ?? 10, "ReduceLROnPlateau patience");
  const cooldown = countOption(options.cooldown ?? 0, "ReduceLROnPlateau cooldown");
  const minDelta = numberOption(options.minDelta ?? 1e-4, "ReduceLROnPlateau minDelta");
  const minLr = numberOption(options.minLr ?? 0, "ReduceLROnPlateau minLr");
  if (!(factor < 1 && factor > 0)) {
    throw new TrazoError(`ReduceLROnPlateau needs a factor above 0 and below 1, but got ${factor}.`);
  }
  const direction = directionOf(monitor, options.mode ?? "auto");
  let model: TrainingModel | undefined;
  let print: CallbackParams["print"] = () => {};
  let best = worstOf(direction);
  let wait = 0;
  let coolingDown = 0;

  /** Keras keeps the rate as float32 and multiplies in float64. */
  function reduce(epoch: number): void {
    if (!model) return;
    const old = Math.fround(model.optimizer.learningRate);
    if (old <= Math.fround(minLr)) return;
    const next = Math.max(old * factor, minLr);
    model.optimizer.learningRate = next;
    if (verbose > 0) {
      print(`\nEpoch ${epoch + 1}: ReduceLROnPlateau reducing learning rate to ${pythonFloat(next)}.\n`);
    }
    coolingDown = cooldown;
    wait = 0;
  }

  return {
    requireTrainable: (trained) => requireSettableRate("ReduceLROnPlateau", trained),
    setModel: (trained) => {
      model = trained;
    },
    setParams: (params) => {
      print = params.print;
    },
    getState: () => ({ best, wait, coolingDown }),
    setState(state) {
      const saved = new StateFields(state, "ReduceLROnPlateau");
      best = saved.number("best");
      wait = saved.whole("wait", 0);
      coolingDown = saved.whole("coolingDown", 0);
    },
    onTrainBegin() {
      if (model) requireSettableRate("ReduceLROnPlateau", model);
      best = worstOf(direction);
      wait = 0;
      coolingDown = 0;
    },
    onEpochEnd(epoch, logs) {
      if (model) logs.lr = Math.fround(model.optimizer.learningRate);
      const value = logs[monitor];
      if (value === undefined) return print(missingMessage("ReduceLROnPlateau", monitor, logs));
      if (coolingDown > 0) {
        coolingDown--;
        wait = 0;
      }
      if (improves(value, best, direction, minDelta)) {
        best = value;
        wait = 0;
      } else if (coolingDown === 0) {
        wait++;
        if (wait >= patience) reduce(epoch);
      }
    },
  };
}
