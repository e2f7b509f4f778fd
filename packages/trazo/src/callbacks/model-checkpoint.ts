import { platform } from "#platform";
import { TrazoError } from "../errors.js";
import { isKerasFile, isWeightsFile } from "../formats/file-kind.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { option, optional, withDefault } from "../schema/option.js";
import { boolean, isPositiveInteger } from "../schema/options.js";
import { StateFields } from "../state/state-fields.js";
import type { Callback, CallbackParams, Logs, TrainingModel } from "./callback.js";
import { defineCallback } from "./define-callback.js";
import { formatPath } from "./format-path.js";
import { directionOf, improves, monitorOptions, watchedValue, worstOf } from "./monitor.js";
import { anyNumber, path, verbosity } from "./options.js";
import { pythonFixed } from "./python-number.js";

export interface ModelCheckpoint extends Callback {
  /** The best watched value so far. */
  readonly best: number;
  /** The epoch (from 0) and file of the last save; undefined before it. */
  readonly saved: { readonly epoch: number; readonly path: string } | undefined;
}

export type ModelCheckpointOptions = OptionsOf<typeof modelCheckpoint>;

/**
 * Saves the model while it trains, as Keras's `ModelCheckpoint`, with Keras 2's messages.
 *
 * @throws TrazoError for an unknown option, a value out of range, or a file path whose ending does not suit what is saved
 * @example
 * ```ts
 * await model.fit(xTrain, yTrain, {
 *   epochs: 30,
 *   validationSplit: 0.1,
 *   callbacks: [callbacks.modelCheckpoint({ filepath: "best_model.keras", saveBestOnly: true })],
 * });
 * ```
 */
export const modelCheckpoint = defineCallback({
  className: "ModelCheckpoint",
  options: withShared(
    {
      /**
       * Where to save: `.keras`, `.h5` or `.hdf5` for the whole model, `.weights.h5` for its weights. May hold `{epoch}`
       * (counted from 1) and any key of the logs, with Python's format: `{epoch:02d}-{val_loss:.2f}.h5`.
       */
      filepath: path(),
      /** 1 prints what was saved and why. Default 0. */
      verbose: verbosity(),
      /** Save only when the watched value is better than every one before. Default false. */
      saveBestOnly: withDefault(boolean(), false),
      /** Save the weights and not the whole model; `filepath` must then end in `.weights.h5`. Default false. */
      saveWeightsOnly: withDefault(boolean(), false),
      /** `epoch`: at every epoch's end; or a number of batches after which to save. Default `epoch`. */
      saveFreq: withDefault(saveFrequency(), "epoch"),
      /** A value that the first save must improve on. Default: none. */
      initialValueThreshold: optional(anyNumber()),
    },
    monitorOptions,
  ),
  create(options): ModelCheckpoint {
    const { filepath, monitor, mode, verbose, saveBestOnly, saveWeightsOnly, saveFreq } = options;
    requireSuffix(filepath, saveWeightsOnly);
    const direction = directionOf(monitor, mode);
    let best = options.initialValueThreshold ?? worstOf(direction);
    let saved: ModelCheckpoint["saved"];
    let model: TrainingModel | undefined;
    let print: CallbackParams["print"] = () => {};
    let epochNow = 0;
    let batchesSince = 0;

    async function save(epoch: number, path: string): Promise<void> {
      if (!model) return;
      await (saveWeightsOnly ? model.saveWeights(path) : model.save(path));
      saved = { epoch, path };
    }

    async function consider(epoch: number, logs: Logs, batch?: number): Promise<void> {
      const counts = { epoch: epoch + 1, ...(batch === undefined ? {} : { batch: batch + 1 }) };
      const path = formatPath(filepath, logs, counts);
      const say = (text: string): void => {
        if (verbose > 0) print(`\nEpoch ${epoch + 1}: ${text}\n`);
      };
      if (!saveBestOnly) {
        say(`saving model to ${path}`);
        return await save(epoch, path);
      }
      const value = watchedValue("ModelCheckpoint", monitor, logs, print);
      if (value === undefined) return;
      if (!improves(value, best, direction)) return say(`${monitor} did not improve from ${fixed(best)}`);
      say(`${monitor} improved from ${fixed(best)} to ${fixed(value)}, saving model to ${path}`);
      best = value;
      await save(epoch, path);
    }

    return {
      get best() {
        return best;
      },
      get saved() {
        return saved;
      },
      setModel: (trained) => {
        model = trained;
      },
      setParams: (params) => {
        print = params.print;
      },
      getState: () => ({ best, saved: saved ? { ...saved } : null, batchesSince }),
      setState(state) {
        const before = new StateFields(state, "ModelCheckpoint");
        const savedBefore = before.optional("saved", () => {
          const file = before.object("saved");
          return { epoch: file.whole("epoch", 0), path: file.text("path") };
        });
        const bestBefore = before.number("best");
        batchesSince = before.whole("batchesSince", 0);
        // A file that has gone is no longer the best one: the next epoch is saved in its place.
        if (savedBefore && !platform.files.exists(savedBefore.path)) return;
        best = bestBefore;
        saved = savedBefore;
      },
      async onTrainBegin() {
        // Now, not at the end of an epoch that would be lost.
        if (!saveWeightsOnly) await model?.requireSavable?.(filepath);
      },
      onEpochBegin: (epoch) => {
        epochNow = epoch;
      },
      ...(saveFreq === "epoch"
        ? { onEpochEnd: (epoch: number, logs: Logs) => consider(epoch, logs) }
        : {
            async onTrainBatchEnd(batch: number, logs: Logs) {
              batchesSince++;
              if (batchesSince < saveFreq) return;
              batchesSince = 0;
              await consider(epochNow, logs, batch);
            },
          }),
    };
  },
});

const fixed = (value: number): string => pythonFixed(value, 5);

function saveFrequency() {
  return option<"epoch" | number>({
    expected: '"epoch" or a positive integer',
    accept: (value) => (value === "epoch" || isPositiveInteger(value) ? value : undefined),
  });
}

function requireSuffix(filepath: string, weightsOnly: boolean): void {
  if (isKerasFile(filepath) && isWeightsFile(filepath) === weightsOnly) return;
  const wanted = weightsOnly ? ".weights.h5 (saveWeightsOnly is set)" : ".keras or .h5";
  throw new TrazoError(`ModelCheckpoint: the file path must end in ${wanted}, but got "${filepath}".`);
}
