import { rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type Callback,
  callbacks,
  loadModel,
  type Optimizer,
  optimizers,
  type Runtime,
  TrazoError,
} from "../index.js";
import { lockFolder } from "../state/lock.js";
import type { PracticeData } from "./data.js";
import {
  holdsRun,
  type Run,
  type RunConfig,
  readRun,
  removeRun,
  runFiles,
  writeRunConfig,
  writeRunResult,
} from "./run-folder.js";
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
  /** Interrupts the run, which then goes on when it is run again. */
  readonly signal?: AbortSignal | undefined;
  /** Save the state after so many steps, too. Default: at the epochs' ends. */
  readonly saveEvery?: number | undefined;
  /** Throw away what an earlier run left in the folder. Default false. */
  readonly fresh?: boolean | undefined;
}

/**
 * Trains one technique as the notebook does: keep the best checkpoint by validation accuracy, read it back, test it. Writes
 * the run's folder; a run in it that was interrupted goes on where it stopped, a finished one is only read.
 *
 * @throws TrainingInterrupted when the signal says so
 * @throws TrazoError when another process is at work in the folder, or the loss is no finite number any more
 */
export async function runTechnique(options: TechniqueRunOptions): Promise<Run> {
  const { folder } = options;
  const lock = await lockFolder(folder);
  try {
    if (options.fresh) await removeRun(folder);
    const before = holdsRun(folder) ? readRun(folder) : undefined;
    if (before?.result) return before;
    if (!before) await writeRunConfig(folder, options.config);
    await train(options);
    return readRun(folder);
  } finally {
    await lock.release();
  }
}

async function train(options: TechniqueRunOptions): Promise<void> {
  const { technique, config, folder, data, runtime, verbose, saveEvery } = options;
  const { seed, epochs, batchSize } = config;
  const file = (name: keyof typeof runFiles): string => join(folder, runFiles[name]);

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
    backup: { backupDir: file("state"), saveFreq: saveEvery ?? ("epoch" as const), deleteCheckpoint: false },
    signal: options.signal,
    stopOnNonFinite: true,
    callbacks: [
      ...(options.callbacks ?? []),
      optimizer ? rateInLogs(optimizer) : reduceLr,
      checkpoint,
      callbacks.csvLogger({ filename: file("historyCsv") }),
      callbacks.jsonLinesLogger({ filename: file("history") }),
      callbacks.tensorBoard({ logDir: file("events") }),
      stopwatch,
    ],
  };
  const generator = technique.augmentation?.();
  try {
    const variedPasses = epochs - (technique.plainEpochs?.(epochs) ?? 0);
    const flow = generator?.flow(data.xTrain, data.yTrain, { batchSize, variedPasses });
    if (flow) await model.fit(flow, fitting);
    else await model.fit(data.xTrain, data.yTrain, { ...fitting, batchSize });
    await model.save(file("lastModel"));
  } finally {
    await model.dispose();
  }
  if (!checkpoint.saved) throw new TrazoError("Training ended before a model could be kept.");

  const best = await loadModel(file("bestModel"), { runtime });
  const { loss = Number.NaN, accuracy = Number.NaN } = await best.evaluate(data.xTest, data.yTest, {
    batchSize,
  });
  await best.dispose();
  await writeRunResult(folder, {
    bestEpoch: checkpoint.saved.epoch + 1,
    bestValAccuracy: checkpoint.best,
    test: { loss, accuracy },
    epochSeconds: stopwatch.seconds,
  });
  await rm(file("state"), { recursive: true, force: true });
}

/** Puts the learning rate of a schedule where `reduceLROnPlateau` puts its own. */
function rateInLogs(optimizer: Optimizer): Callback {
  return callbacks.lambdaCallback({
    onEpochEnd: (_epoch, logs) => {
      logs.lr = Math.fround(optimizer.learningRate);
    },
  });
}

/** Wall-clock time of each epoch, without the time between an interruption and the going on. */
function epochTimes(): Callback & { readonly seconds: readonly number[] } {
  let seconds: number[] = [];
  let begun = 0;
  return {
    get seconds() {
      return seconds;
    },
    getState: () => ({ seconds, elapsed: performance.now() - begun }),
    setState(state) {
      const before = state as { seconds: number[]; elapsed: number };
      seconds = before.seconds;
      begun = performance.now() - before.elapsed;
    },
    onEpochBegin: () => {
      begun = performance.now();
    },
    onEpochEnd: () => void seconds.push((performance.now() - begun) / 1000),
  };
}
