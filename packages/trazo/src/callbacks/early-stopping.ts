import { type OptionsOf, withShared } from "../schema/define.js";
import { optional, withDefault } from "../schema/option.js";
import { boolean, integer } from "../schema/options.js";
import { StateFields } from "../state/state-fields.js";
import type { Callback, CallbackParams, TrainingModel } from "./callback.js";
import { defineCallback } from "./define-callback.js";
import { improves } from "./monitor.js";
import { anyNumber } from "./options.js";
import { PlateauWatcher, plateauOptions } from "./plateau.js";

export interface EarlyStopping extends Callback {
  /** The epoch (from 0) at which training was ended; 0 when it was not. */
  readonly stoppedEpoch: number;
  /** The epoch (from 0) of the best value, and of the weights that `restoreBestWeights` puts back. */
  readonly bestEpoch: number;
}

export type EarlyStoppingOptions = OptionsOf<typeof earlyStopping>;

/**
 * Ends training when a quantity stops improving, as Keras 3's `EarlyStopping`.
 *
 * @throws TrazoError for an unknown option or a value out of range
 * @example
 * ```ts
 * await model.fit(xTrain, yTrain, {
 *   epochs: 100,
 *   validationSplit: 0.1,
 *   callbacks: [callbacks.earlyStopping({ patience: 5, restoreBestWeights: true })],
 * });
 * ```
 */
export const earlyStopping = defineCallback({
  className: "EarlyStopping",
  options: withShared(
    {
      /** The count of epochs starts again only when the value also beats this one. Default: none. */
      baseline: optional(anyNumber()),
      /** Put the best epoch's weights back when training ends. Default false. */
      restoreBestWeights: withDefault(boolean(), false),
      /** Epochs before which nothing is watched. Default 0. */
      startFromEpoch: withDefault(integer({ min: 0 }), 0),
    },
    plateauOptions({ patience: 0, minDelta: 0 }),
  ),
  create({ patience, verbose, baseline, restoreBestWeights, startFromEpoch, ...options }): EarlyStopping {
    const minDelta = Math.abs(options.minDelta);
    // Keras takes the change off the value, not off what it is compared with: the two round differently.
    const watcher = new PlateauWatcher("EarlyStopping", options, (value, other, direction) =>
      improves(direction === "min" ? value + minDelta : value - minDelta, other, direction),
    );
    let model: TrainingModel | undefined;
    let print: CallbackParams["print"] = () => {};
    let bestEpoch = 0;
    let bestWeights: Float32Array[] | undefined;
    let stoppedEpoch = 0;

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
      getState: () => ({ ...watcher.state, bestEpoch, stoppedEpoch, bestWeights: bestWeights ?? null }),
      setState(state) {
        const saved = new StateFields(state, "EarlyStopping");
        const lengths = model?.getWeights().map(({ length }) => length);
        bestWeights = saved.optional("bestWeights", () => saved.arrays("bestWeights", lengths));
        watcher.restore(saved);
        bestEpoch = saved.whole("bestEpoch", 0);
        stoppedEpoch = saved.whole("stoppedEpoch", 0);
      },
      onTrainBegin() {
        watcher.reset();
        bestEpoch = 0;
        bestWeights = undefined;
        stoppedEpoch = 0;
      },
      onEpochEnd(epoch, logs) {
        const value = watcher.read(logs, print);
        if (value === undefined || epoch < startFromEpoch) return;
        // Until one improves, the first watched epoch is the best there is.
        if (restoreBestWeights && !bestWeights) keep(epoch);
        watcher.wait++;
        if (watcher.improve(value)) {
          keep(epoch);
          if (baseline === undefined || watcher.isBetter(value, baseline)) watcher.wait = 0;
          return;
        }
        // Keras never stops after the very first epoch.
        if (watcher.wait < patience || epoch === 0 || !model) return;
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
  },
});
