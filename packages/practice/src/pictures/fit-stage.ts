import { join } from "node:path";
import {
  type Callback,
  callbacks,
  type Dataset,
  type Loss,
  type Metric,
  type Model,
  metrics,
  type Optimizer,
  type Runtime,
} from "trazo";
import { PracticeError } from "../failures/index.js";
import { epochTimes } from "../runs/epoch-times.js";
import { type RunConfig, runFiles } from "../runs/run-folder.js";
import type { PictureSettings } from "./settings.js";

/** What a classifier is trained on. */
export interface StageData {
  readonly training: Dataset;
  readonly validation: Dataset;
  readonly classWeight: Readonly<Record<number, number>> | undefined;
}

export interface StageOptions {
  /** The run's. */
  readonly folder: string;
  readonly config: RunConfig;
  readonly settings: PictureSettings;
  readonly data: StageData;
  readonly runtime: Runtime;
  readonly signal: AbortSignal | undefined;
  readonly saveEvery: number | undefined;
  readonly verbose: 0 | 1 | 2;
  /** More callbacks, before the ones that every run has. */
  readonly callbacks: readonly Callback[];
}

/** Of the epochs of a run: those that one call of `fit` trains. */
export interface Stage {
  /** Where the state is saved. */
  readonly state: string;
  /** The number of the first epoch, from 0. */
  readonly first: number;
  /** The number of the epoch that it ends before. */
  readonly end: number;
  /** Epochs without a better validation loss after which it ends. */
  readonly patience: number;
  /** Below this the learning rate does not fall. */
  readonly leastRate: number;
  /** What the stage before has reached: its model is kept until there is a better one. */
  readonly before?: {
    readonly bestEpoch: number;
    readonly bestLoss: number;
    readonly seconds: readonly number[];
  };
}

/** A model that was trained. */
export interface Fitted {
  /** As it was after the last epoch; the best one is in the run's folder. */
  readonly model: Model;
  /** From 0. */
  readonly bestEpoch: number;
  /** Of each epoch. */
  readonly seconds: readonly number[];
}

/** What a classifier is trained for, and what is measured. */
export interface ClassifierGoal {
  /** Default: cross-entropy against class numbers. */
  readonly loss?: Loss | undefined;
  /** Default: the accuracy. */
  readonly metrics?: readonly (Metric | string)[] | undefined;
}

/** Sets up a classifier of pictures to be trained. */
export function compileClassifier(model: Model, optimizer: Optimizer, goal: ClassifierGoal = {}): void {
  const usual = goal.loss ? "accuracy" : metrics.sparseCategoricalAccuracy({ name: "accuracy" });
  model.compile({
    optimizer,
    loss: goal.loss ?? "sparseCategoricalCrossentropy",
    metrics: goal.metrics ?? [usual],
  });
}

/**
 * Trains a compiled classifier until its validation loss no longer falls. The run's folder then holds its curves, and the model of the best
 * epoch; what it held of a stage before stays there.
 *
 * @throws TrainingInterrupted when the signal says so
 */
export async function fitStage(model: Model, options: StageOptions, stage?: Stage): Promise<Fitted> {
  const { folder, config, settings, data, verbose, signal, saveEvery } = options;
  const { state, first, end, patience, leastRate, before }: Stage = stage ?? {
    state: join(folder, runFiles.state),
    first: 0,
    end: config.epochs,
    patience: settings.patience,
    leastRate: 1e-5,
  };
  const append = before !== undefined;
  const checkpoint = callbacks.modelCheckpoint({
    filepath: join(folder, runFiles.bestModel),
    monitor: "val_loss",
    saveBestOnly: true,
    initialValueThreshold: before?.bestLoss,
    verbose: verbose === 0 ? 0 : 1,
  });
  const stopwatch = epochTimes();
  await model.fit(data.training, {
    initialEpoch: first,
    epochs: end,
    batchSize: config.batchSize,
    verbose,
    validationData: data.validation,
    ...(data.classWeight && { classWeight: data.classWeight }),
    // Kept, so that more epochs can be asked for later.
    backup: { backupDir: state, saveFreq: saveEvery ?? ("epoch" as const), deleteCheckpoint: false },
    signal,
    stopOnNonFinite: true,
    callbacks: [
      ...options.callbacks,
      callbacks.reduceLROnPlateau({
        monitor: "val_loss",
        factor: 0.3,
        patience: Math.max(1, Math.floor(patience / 2) - 1),
        minLr: leastRate,
      }),
      callbacks.earlyStopping({ monitor: "val_loss", patience }),
      checkpoint,
      callbacks.csvLogger({ filename: join(folder, runFiles.historyCsv), append }),
      callbacks.jsonLinesLogger({ filename: join(folder, runFiles.history), append }),
      callbacks.tensorBoard({ logDir: join(folder, runFiles.events) }),
      stopwatch,
    ],
  });
  const bestEpoch = checkpoint.saved?.epoch ?? before?.bestEpoch;
  if (bestEpoch === undefined) throw new PracticeError(({ nothingKept }) => nothingKept);
  return { model, bestEpoch, seconds: [...(before?.seconds ?? []), ...stopwatch.seconds] };
}
