import { TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import type { Callback, CallbackParams, TrainingModel } from "./callback.js";
import { pythonFloat } from "./python-number.js";

export interface LearningRateSchedulerOptions {
  /** The rate for an epoch (from 0), given the one in force: as float32, which is how Keras keeps it. */
  readonly schedule: (epoch: number, learningRate: number) => number;
  /** 1 prints the rate of every epoch. Default 0. */
  readonly verbose?: 0 | 1 | undefined;
}

/** Sets the learning rate at every epoch's beginning, as Keras's `LearningRateScheduler`; adds `lr` to the logs. */
export function learningRateScheduler(options: LearningRateSchedulerOptions): Callback {
  requireKnownOptions(options, { schedule: true, verbose: true }, "LearningRateScheduler");
  const { schedule, verbose = 0 } = options;
  let model: TrainingModel | undefined;
  let print: CallbackParams["print"] = () => {};
  return {
    setModel: (trained) => {
      model = trained;
    },
    setParams: (params) => {
      print = params.print;
    },
    onEpochBegin(epoch) {
      if (!model) return;
      const rate = schedule(epoch, Math.fround(model.optimizer.learningRate));
      if (typeof rate !== "number" || !Number.isFinite(rate)) {
        throw new TrazoError(
          `LearningRateScheduler: the schedule gave ${rate} for epoch ${epoch}, not a number.`,
        );
      }
      model.optimizer.learningRate = rate;
      if (verbose > 0) {
        print(`\nEpoch ${epoch + 1}: LearningRateScheduler setting learning rate to ${pythonFloat(rate)}.\n`);
      }
    },
    onEpochEnd(_epoch, logs) {
      if (model) logs.lr = Math.fround(model.optimizer.learningRate);
    },
  };
}
