import { requireKnownOptions } from "../known-options.js";
import { StateFields } from "../state/state-fields.js";
import type { Callback, CallbackParams, TrainingModel } from "./callback.js";
import { directionOf, improves, type MonitorMode, missingMessage, worstOf } from "./monitor.js";
import { countOption, numberOption } from "./options.js";

export interface EarlyStoppingOptions {
  /** Default `val_loss`. */
  readonly monitor?: string | undefined;
  /** A smaller change is no improvement. Default 0. */
  readonly minDelta?: number | undefined;
  /** Epochs without improvement before training ends. Default 0. */
  readonly patience?: number | undefined;
  /** 1 prints when training was ended and which weights came back. Default 0. */
  readonly verbose?: 0 | 1 | undefined;
  /** Whether larger or smaller values are better. Default `auto`: decided by the name of what is watched. */
  readonly mode?: MonitorMode | undefined;
  /** The count of epochs starts again only when the value also beats this one. Default: none. */
  readonly baseline?: number | undefined;
  /** Put the best epoch's weights back when training ends. Default false. */
  readonly restoreBestWeights?: boolean | undefined;
  /** Epochs before which nothing is watched. Default 0. */
  readonly startFromEpoch?: number | undefined;
}

const earlyStoppingOptions = {
  monitor: true,
  minDelta: true,
  patience: true,
  verbose: true,
  mode: true,
  baseline: true,
  restoreBestWeights: true,
  startFromEpoch: true,
} as const;

export interface EarlyStopping extends Callback {
  /** The epoch (from 0) at which training was ended; 0 when it was not. */
  readonly stoppedEpoch: number;
  /** The epoch (from 0) of the best value, and of the weights that `restoreBestWeights` puts back. */
  readonly bestEpoch: number;
}

/** Ends training when a quantity stops improving, as Keras 3's `EarlyStopping`. */
export function earlyStopping(options: EarlyStoppingOptions = {}): EarlyStopping {
  requireKnownOptions(options, earlyStoppingOptions, "EarlyStopping");
  const { monitor = "val_loss", verbose = 0, restoreBestWeights = false } = options;
  const patience = countOption(options.patience ?? 0, "EarlyStopping patience");
  const minDelta = Math.abs(numberOption(options.minDelta ?? 0, "EarlyStopping minDelta"));
  const startFromEpoch = countOption(options.startFromEpoch ?? 0, "EarlyStopping startFromEpoch");
  const baseline =
    options.baseline === undefined ? undefined : numberOption(options.baseline, "EarlyStopping baseline");
  const direction = directionOf(monitor, options.mode ?? "auto");
  let model: TrainingModel | undefined;
  let print: CallbackParams["print"] = () => {};
  let best = worstOf(direction);
  let bestEpoch = 0;
  let bestWeights: Float32Array[] | undefined;
  let wait = 0;
  let stoppedEpoch = 0;

  /** Keras takes the change off the value, not off what it is compared with: the two round differently. */
  const beats = (value: number, other: number): boolean =>
    improves(direction === "min" ? value + minDelta : value - minDelta, other, direction);

  const keep = (epoch: number): void => {
    bestEpoch = epoch;
    if (restoreBestWeights) bestWeights = model?.getWeights();
  };

  return {
    get stoppedEpoch() {
      return stoppedEpoch;
    },
    get bestEpoch() {
      return bestEpoch;
    },
    setModel: (trained) => {
      model = trained;
    },
    setParams: (params) => {
      print = params.print;
    },
    getState: () => ({ best, bestEpoch, wait, stoppedEpoch, bestWeights: bestWeights ?? null }),
    setState(state) {
      const saved = new StateFields(state, "EarlyStopping");
      const lengths = model?.getWeights().map(({ length }) => length);
      bestWeights = saved.optional("bestWeights", () => saved.arrays("bestWeights", lengths));
      best = saved.number("best");
      bestEpoch = saved.whole("bestEpoch", 0);
      wait = saved.whole("wait", 0);
      stoppedEpoch = saved.whole("stoppedEpoch", 0);
    },
    onTrainBegin() {
      best = worstOf(direction);
      bestEpoch = 0;
      bestWeights = undefined;
      wait = 0;
      stoppedEpoch = 0;
    },
    onEpochEnd(epoch, logs) {
      const value = logs[monitor];
      if (value === undefined) return print(missingMessage("EarlyStopping", monitor, logs));
      if (epoch < startFromEpoch) return;
      // Until one improves, the first watched epoch is the best there is.
      if (restoreBestWeights && !bestWeights) keep(epoch);
      wait++;
      if (beats(value, best)) {
        best = value;
        keep(epoch);
        if (baseline === undefined || beats(value, baseline)) wait = 0;
        return;
      }
      // Keras never stops after the very first epoch.
      if (wait < patience || epoch === 0 || !model) return;
      stoppedEpoch = epoch;
      model.stopTraining = true;
    },
    onTrainEnd() {
      if (stoppedEpoch > 0 && verbose > 0) print(`Epoch ${stoppedEpoch + 1}: early stopping\n`);
      if (!bestWeights || !model) return;
      if (verbose > 0) print(`Restoring model weights from the end of the best epoch: ${bestEpoch + 1}.\n`);
      model.setWeights(bestWeights);
    },
  };
}
