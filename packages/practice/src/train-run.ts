import { join } from "node:path";
import {
  type Callback,
  callbacks,
  type ImageFlow,
  loadModel,
  type Model,
  type Optimizer,
  type Runtime,
  TrainingInterrupted,
} from "trazo";
import type { FolderLock } from "trazo/node";
import type { PracticeData } from "./data.js";
import { PracticeError } from "./failures/index.js";
import { measureRobustness } from "./robustness/measure.js";
import type { Robustness } from "./robustness/robustness.js";
import { epochTimes } from "./runs/epoch-times.js";
import { runInFolder } from "./runs/in-folder.js";
import { removeState } from "./runs/own-files.js";
import { monitorOf, type Run, type RunConfig, runFiles, writeRunResult } from "./runs/run-folder.js";

/** What a run trains. */
export interface Recipe {
  /** A compiled network, made when there is something to train. */
  network(): Model;
  /** Images that change from epoch to epoch. Default: the training images as they are. */
  flow?(): ImageFlow;
  /** What changes the learning rate, or ends training. Default: as in the notebook, unless the optimizer has a schedule. */
  callbacks?(): readonly Callback[];
  /** Whether the number of epochs decides what the first ones do, so that a longer run starts again. */
  readonly hasFixedLength: boolean;
}

export interface TrainRunOptions {
  readonly recipe: Recipe;
  /** What the run's folder says of it; its epochs and batch size are used. */
  readonly config: RunConfig;
  readonly folder: string;
  readonly data: PracticeData;
  readonly runtime: Runtime;
  readonly verbose: 0 | 1 | 2;
  /** More callbacks, before the ones that every run has. */
  readonly callbacks?: readonly Callback[];
  /** Asked, once the folder is held, for what interrupts the run, which then resumes when it is run again. */
  readonly signal?: (() => AbortSignal) | undefined;
  /** Also save the state every this many steps. Default: after each epoch only. */
  readonly saveEvery?: number | undefined;
  /** Throw away what an earlier run left in the folder. Default false. */
  readonly fresh?: boolean | undefined;
  /** Show the best model distorted test digits, too, for the report. Default false. */
  readonly distortsDigits?: boolean | undefined;
}

/**
 * Trains as the notebook does: keep the best checkpoint, read it back, test it. Writes the run's folder; a run in it that was
 * interrupted, or is to be longer now, resumes where it stopped, or starts again where its length decides its beginning; a
 * finished one is only read.
 *
 * @throws TrainingInterrupted when the signal says so
 * @throws TrazoError when another process is at work in the folder, it holds a run with other settings, or the loss is not a
 *   finite number any more
 */
export async function trainRun(options: TrainRunOptions): Promise<Run> {
  const { folder, config, recipe, fresh, verbose } = options;
  return await runInFolder(
    {
      folder,
      config,
      fresh,
      quiet: verbose === 0,
      beginsAnew: (before) => beginsAnew(before, config, recipe),
    },
    (lock) => train(options, lock),
  );
}

/** Whether what was trained before is of no use to a run of this length. */
export function beginsAnew(before: Run, { epochs }: RunConfig, { hasFixedLength }: Recipe): boolean {
  return hasFixedLength && before.config.epochs !== epochs;
}

async function train(options: TrainRunOptions, lock: FolderLock): Promise<void> {
  const { recipe, config, folder, data, runtime, verbose, saveEvery } = options;
  const { epochs, batchSize } = config;
  const file = (name: keyof typeof runFiles): string => join(folder, runFiles[name]);

  const model = recipe.network();
  // Kept with every checkpoint.
  model.preparation = config.preparation;
  const { optimizer } = model;
  const checkpoint = callbacks.modelCheckpoint({
    filepath: file("bestModel"),
    monitor: monitorOf(config),
    saveBestOnly: true,
    verbose: verbose === 0 ? 0 : 1,
  });
  const stopwatch = epochTimes();
  const fitting = {
    epochs,
    verbose,
    validationData: [data.xVal, data.yVal] as const,
    // Kept, so that more epochs can be asked for later.
    backup: { backupDir: file("state"), saveFreq: saveEvery ?? ("epoch" as const), deleteCheckpoint: false },
    signal: options.signal?.(),
    stopOnNonFinite: true,
    callbacks: [
      ...(options.callbacks ?? []),
      ...(recipe.callbacks?.() ?? [optimizer.schedule ? rateInLogs(optimizer) : reduceLr()]),
      checkpoint,
      callbacks.csvLogger({ filename: file("historyCsv") }),
      callbacks.jsonLinesLogger({ filename: file("history") }),
      callbacks.tensorBoard({ logDir: file("events") }),
      stopwatch,
    ],
  };
  try {
    const flow = recipe.flow?.();
    if (flow) await model.fit(flow, fitting);
    else await model.fit(data.xTrain, data.yTrain, { ...fitting, batchSize });
    await lock.requireHeld();
    await model.save(file("lastModel"));
  } finally {
    await model.dispose();
  }
  if (!checkpoint.saved) throw new PracticeError(({ nothingKept }) => nothingKept);

  const best = await loadModel(file("bestModel"), { runtime });
  const stopping = callbacks.lambdaCallback({
    onTestBatchEnd: () => {
      if (!fitting.signal?.aborted) return;
      const message = "All epochs are trained and saved; the evaluation on the test images was interrupted.";
      throw new TrainingInterrupted(epochs, 0, file("state"), message);
    },
  });
  let test: Record<string, number>;
  let robustness: Robustness | undefined;
  try {
    test = await best.evaluate(data.xTest, data.yTest, { batchSize, callbacks: [stopping] });
    robustness = options.distortsDigits ? await measureRobustness(best, data) : undefined;
  } finally {
    await best.dispose();
  }
  await lock.requireHeld();
  await writeRunResult(folder, {
    bestEpoch: checkpoint.saved.epoch + 1,
    test,
    epochSeconds: stopwatch.seconds,
    robustness,
  });
  if (recipe.hasFixedLength) await removeState(folder);
}

/** As in the notebook: divided by 5 when the validation loss has not improved for two epochs. */
const reduceLr = (): Callback =>
  callbacks.reduceLROnPlateau({ monitor: "val_loss", factor: 0.2, patience: 2, minLr: 1e-5 });

/** Puts the learning rate of a schedule where `reduceLROnPlateau` puts its own. */
export function rateInLogs(optimizer: Optimizer): Callback {
  return callbacks.lambdaCallback({
    onEpochEnd: (_epoch, logs) => {
      logs.lr = Math.fround(optimizer.learningRate);
    },
  });
}
