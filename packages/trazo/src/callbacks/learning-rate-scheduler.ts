import { TrazoError } from "../errors.js";
import type { OptionsOf } from "../schema/define.js";
import type { Callback, CallbackParams, TrainingModel } from "./callback.js";
import { defineCallback } from "./define-callback.js";
import { callable, verbosity } from "./options.js";
import { pythonFloat } from "./python-number.js";
import { requireSettableRate } from "./settable-rate.js";

export type LearningRateSchedulerOptions = OptionsOf<typeof learningRateScheduler>;

/**
 * Sets the learning rate at the start of every epoch, as Keras's `LearningRateScheduler`; adds `lr` to the logs.
 *
 * @throws TrazoError for an unknown option; and before training when the optimizer has a schedule, which already decides the rate
 * @example
 * ```ts
 * const halved = callbacks.learningRateScheduler({ schedule: (epoch, rate) => (epoch < 10 ? rate : rate / 2) });
 * await model.fit(xTrain, yTrain, { epochs: 20, callbacks: [halved] });
 * ```
 */
export const learningRateScheduler = defineCallback({
  className: "LearningRateScheduler",
  options: {
    /** The rate for an epoch (from 0), given the one in force: as float32, which is how Keras keeps it. */
    schedule: callable<(epoch: number, learningRate: number) => number>(),
    /** 1 prints the rate of every epoch. Default 0. */
    verbose: verbosity(),
  },
  create({ schedule, verbose }): Callback {
    let model: TrainingModel | undefined;
    let print: CallbackParams["print"] = () => {};
    return {
      requireTrainable: (trained) => requireSettableRate("LearningRateScheduler", trained),
      setModel: (trained) => {
        model = trained;
      },
      setParams: (params) => {
        print = params.print;
      },
      onEpochBegin(epoch) {
        if (!model) return;
        requireSettableRate("LearningRateScheduler", model);
        const rate = schedule(epoch, Math.fround(model.optimizer.learningRate));
        if (typeof rate !== "number" || !Number.isFinite(rate)) {
          throw new TrazoError(
            `LearningRateScheduler: the schedule gave ${rate} for epoch ${epoch}, not a number.`,
          );
        }
        model.optimizer.learningRate = rate;
        if (verbose > 0) {
          print(
            `\nEpoch ${epoch + 1}: LearningRateScheduler setting learning rate to ${pythonFloat(rate)}.\n`,
          );
        }
      },
      onEpochEnd(_epoch, logs) {
        if (model) logs.lr = Math.fround(model.optimizer.learningRate);
      },
    };
  },
});
