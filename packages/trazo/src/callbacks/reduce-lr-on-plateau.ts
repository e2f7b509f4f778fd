import { type OptionsOf, withShared } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { integer, number } from "../schema/options.js";
import { StateFields } from "../state/state-fields.js";
import type { Callback, CallbackParams, TrainingModel } from "./callback.js";
import { defineCallback } from "./define-callback.js";
import { improves } from "./monitor.js";
import { anyNumber } from "./options.js";
import { PlateauWatcher, plateauOptions } from "./plateau.js";
import { pythonFloat } from "./python-number.js";
import { requireSettableRate } from "./settable-rate.js";

export type ReduceLROnPlateauOptions = OptionsOf<typeof reduceLROnPlateau>;

/**
 * Lowers the learning rate when a quantity stops improving, as Keras's `ReduceLROnPlateau`.
 * Adds `lr`, the rate in force during the epoch, to the logs.
 *
 * @throws TrazoError for an unknown option or a value out of range; and before training when the optimizer has a schedule, which
 *   already decides the rate
 * @example
 * ```ts
 * await model.fit(xTrain, yTrain, {
 *   epochs: 30,
 *   validationSplit: 0.1,
 *   callbacks: [callbacks.reduceLROnPlateau({ factor: 0.2, patience: 3, minLr: 1e-5 })],
 * });
 * ```
 */
export const reduceLROnPlateau = defineCallback({
  className: "ReduceLROnPlateau",
  options: withShared(
    {
      /** What the learning rate is multiplied by, in (0, 1). Default 0.1. */
      factor: withDefault(number({ above: 0, below: 1 }), 0.1),
      /** Epochs after a reduction in which none is counted. Default 0. */
      cooldown: withDefault(integer({ min: 0 }), 0),
      /** Never goes below. Default 0. */
      minLr: withDefault(anyNumber(), 0),
    },
    plateauOptions({ patience: 10, minDelta: 1e-4 }),
  ),
  create({ factor, patience, verbose, minDelta, cooldown, minLr, ...options }): Callback {
    // Keras takes the change off the best value here, unlike in EarlyStopping: the two round differently.
    const watcher = new PlateauWatcher("ReduceLROnPlateau", options, (value, other, direction) =>
      improves(value, direction === "min" ? other - minDelta : other + minDelta, direction),
    );
    let model: TrainingModel | undefined;
    let print: CallbackParams["print"] = () => {};
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
      watcher.wait = 0;
    }

    return {
      requireTrainable: (trained) => requireSettableRate("ReduceLROnPlateau", trained),
      setModel: (trained) => {
        model = trained;
      },
      setParams: (params) => {
        print = params.print;
      },
      getState: () => ({ ...watcher.state, coolingDown }),
      setState(state) {
        const saved = new StateFields(state, "ReduceLROnPlateau");
        watcher.restore(saved);
        coolingDown = saved.whole("coolingDown", 0);
      },
      onTrainBegin() {
        if (model) requireSettableRate("ReduceLROnPlateau", model);
        watcher.reset();
        coolingDown = 0;
      },
      onEpochEnd(epoch, logs) {
        if (model) logs.lr = Math.fround(model.optimizer.learningRate);
        const value = watcher.read(logs, print);
        if (value === undefined) return;
        if (coolingDown > 0) {
          coolingDown--;
          watcher.wait = 0;
        }
        if (watcher.improve(value)) watcher.wait = 0;
        else if (coolingDown === 0) {
          watcher.wait++;
          if (watcher.wait >= patience) reduce(epoch);
        }
      },
    };
  },
});
