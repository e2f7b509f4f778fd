import { platform } from "#platform";
import type { TrainingModel } from "../callbacks/callback.js";
import type { History } from "../callbacks/history.js";
import type { ImageFlow } from "../data/augmentation/index.js";
import { type Dataset, isDataset, type SampleType } from "../data/datasets/dataset.js";
import { type Preparation, unitScale } from "../data/preparation.js";
import type { Backup, Progress } from "./backup.js";
import { BatchPlan } from "./batch-plan.js";
import { type Batches, isBatches } from "./batch-stream.js";
import type { Engine } from "./engine.js";
import { type FitPlan, planBatchesFit, planDatasetFit, planFit, planFlowFit } from "./fit.js";
import type { FitOptions } from "./fit-options.js";
import { isFlow, refuseIterator, refuseTargets } from "./given-data.js";
import type { Inputs } from "./inputs.js";
import { callbackList, fitCallbacks } from "./model-callbacks.js";
import { withBatchesOf } from "./out-of-memory.js";
import { runFit } from "./run-fit.js";
import { countSamples } from "./samples.js";
import type { Targets } from "./targets.js";

/** What a model is trained on. */
export type TrainingData = Inputs | ImageFlow | Dataset | Batches;

/** A model with what a training needs of it, and changes. */
export interface TrainedModel extends TrainingModel {
  readonly engine: Engine;
  readonly seed: number;
  /** Whether the seed was given, and not drawn. */
  readonly isSeeded: boolean;
  preparation: Partial<Preparation> | undefined;
}

/**
 * Trains a model on data in any of the forms that `fit` takes.
 *
 * @param what names the call in errors
 * @throws TrazoError for data and options that are not supported
 */
export async function trainModel(
  model: TrainedModel,
  what: string,
  data: TrainingData,
  yOrOptions: Targets | FitOptions | undefined,
  optionsWithY: FitOptions,
): Promise<History> {
  const isTensors = !isFlow(data) && !isDataset(data) && !isBatches(data);
  if (isTensors) refuseIterator(data, what);
  else refuseTargets(yOrOptions, what);
  const options = isTensors ? optionsWithY : ((yOrOptions ?? {}) as FitOptions);
  const plan = planFor(model.engine, what, data, yOrOptions, options);
  callbackList(options).requireTrainable(model);
  if (!isFlow(data) && plan.train) recordScale(model, isDataset(data) ? data.x : plan.train.x);
  const backup = await openBackup(model, plan, options);
  try {
    return await trainFrom(backup, model, plan, options);
  } finally {
    await backup?.release();
  }
}

function planFor(
  engine: Engine,
  what: string,
  data: TrainingData,
  y: Targets | FitOptions | undefined,
  options: FitOptions,
): FitPlan {
  if (isFlow(data)) return planFlowFit(engine, what, data, options);
  if (isDataset(data)) return planDatasetFit(engine, what, data, options);
  if (isBatches(data)) return planBatchesFit(engine, what, data, options);
  return planFit(engine, what, data, y as Targets, options);
}

/** Bytes say how they are scaled, which need not be said again when the model is saved. */
function recordScale(model: TrainedModel, { dtype, divisor = 1 }: SampleType): void {
  if (dtype !== "uint8" || model.preparation?.divisor === divisor) return;
  model.preparation = { ...model.preparation, ...unitScale, divisor };
}

async function openBackup(
  model: TrainedModel,
  plan: FitPlan,
  options: FitOptions,
): Promise<Backup | undefined> {
  if (!options.backup) return undefined;
  const { Backup, trainingConfig } = await import("./backup.js");
  const settings = {
    ...plan.settings,
    seed: model.isSeeded ? model.seed : null,
    callbacks: callbackList(options).shapes,
  };
  const config = await trainingConfig(model.engine, settings, plan.train, plan.validation);
  const print = options.print ?? platform.terminal.print;
  const backup = await Backup.open(options.backup, config, model.engine, print);
  const { progress } = backup;
  if (progress && options.verbose !== 0) print(`${resumptionText(progress, plan.epochs)}\n`);
  return backup;
}

function resumptionText({ epoch, batch, stopped }: Progress, epochs: number): string {
  if (stopped) return `Training was ended after ${epoch} epochs.`;
  if (epoch >= epochs) return `Training is complete: ${epoch} epochs.`;
  return `Resuming with epoch ${epoch + 1} of ${epochs}${batch > 0 ? `, after step ${batch}` : ""}.`;
}

async function trainFrom(
  backup: Backup | undefined,
  model: TrainedModel,
  plan: FitPlan,
  options: FitOptions,
): Promise<History> {
  const { engine } = model;
  if (backup?.seed !== undefined) engine.model.goOnWithSeed(backup.seed);
  const { train } = plan;
  const batches =
    train &&
    new BatchPlan({
      samples: countSamples(train),
      batchSize: plan.batchSize,
      shuffle: plan.shuffle,
      seed: model.seed,
      stepsPerEpoch: plan.stepsPerEpoch,
    });
  const { callbacks, history, endLine } = await fitCallbacks(model, plan, batches, options);
  try {
    const size = train ? Math.min(plan.batchSize, countSamples(train)) : plan.batchSize;
    await withBatchesOf(size, () => runFit(engine, model, plan, batches, callbacks, backup));
  } finally {
    endLine();
  }
  await backup?.finish();
  return history;
}
