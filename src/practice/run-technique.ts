import { join } from "node:path";
import { type Callback, callbacks, loadModel, optimizers, type Runtime } from "../index.js";
import type { PracticeData } from "./data.js";
import { type RunConfig, type RunResult, runFiles, writeRunConfig, writeRunResult } from "./run-folder.js";
import type { Technique } from "./technique.js";

export interface TechniqueRunOptions {
  readonly technique: Technique;
  /** What the run's folder says of it; its seed, epochs and batch size are used. */
  readonly config: RunConfig;
  readonly folder: string;
  readonly data: PracticeData;
  readonly runtime: Runtime;
  readonly verbose: 0 | 1 | 2;
  /** More callbacks, before the ones that every run has. */
  readonly callbacks?: readonly Callback[];
}

/**
 * Trains one technique as the notebook does: keep the best checkpoint by validation accuracy, read it back, test it.
 * Writes the run's folder.
 *
 * @returns undefined when training was stopped before its last epoch; what was learnt until then is in the folder
 */
export async function runTechnique(options: TechniqueRunOptions): Promise<RunResult | undefined> {
  const { technique, config, folder, data, runtime, verbose } = options;
  const { seed, epochs, batchSize } = config;
  const file = (name: keyof typeof runFiles): string => join(folder, runFiles[name]);
  await writeRunConfig(folder, config);

  const steps = Math.ceil((data.xTrain.shape[0] as number) / batchSize);
  const optimizer = technique.optimizer?.(steps * epochs);
  const model = technique.network({ seed, runtime });
  model.compile({
    optimizer: optimizer ?? optimizers.adam({ learningRate: 0.001 }),
    loss: "categoricalCrossentropy",
    metrics: ["accuracy"],
  });
  const reduceLr = callbacks.reduceLROnPlateau({
    monitor: "val_loss",
    factor: 0.2,
    patience: 2,
    minLr: 1e-5,
  });
  const checkpoint = callbacks.modelCheckpoint({
    filepath: file("bestModel"),
    monitor: "val_accuracy",
    saveBestOnly: true,
    verbose: verbose === 0 ? 0 : 1,
  });
  const stopwatch = epochTimes();
  const fitting = {
    epochs,
    verbose,
    validationData: [data.xVal, data.yVal] as const,
    callbacks: [
      ...(options.callbacks ?? []),
      ...(optimizer ? [] : [reduceLr]),
      checkpoint,
      callbacks.csvLogger({ filename: file("historyCsv") }),
      callbacks.jsonLinesLogger({ filename: file("history") }),
      callbacks.tensorBoard({ logDir: file("events") }),
      stopwatch,
    ],
  };
  const generator = technique.augmentation?.();
  if (generator) await model.fit(generator.flow(data.xTrain, data.yTrain, { batchSize }), fitting);
  else await model.fit(data.xTrain, data.yTrain, { ...fitting, batchSize });
  await model.save(file("lastModel"));
  const stopped = stopwatch.seconds.length < epochs;
  await model.dispose();
  if (stopped || !checkpoint.saved) return undefined;

  const best = await loadModel(file("bestModel"), { runtime });
  const { loss = Number.NaN, accuracy = Number.NaN } = await best.evaluate(data.xTest, data.yTest, {
    batchSize,
  });
  await best.dispose();
  const result = {
    bestEpoch: checkpoint.saved.epoch + 1,
    bestValAccuracy: checkpoint.best,
    test: { loss, accuracy },
    epochSeconds: stopwatch.seconds,
  };
  await writeRunResult(folder, result);
  return result;
}

/** Wall-clock time of each epoch. */
function epochTimes(): Callback & { readonly seconds: number[] } {
  const seconds: number[] = [];
  let begun = 0;
  return {
    seconds,
    onEpochBegin: () => {
      begun = performance.now();
    },
    onEpochEnd: () => void seconds.push((performance.now() - begun) / 1000),
  };
}
