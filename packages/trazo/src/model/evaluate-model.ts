import type { Logs, TrainingModel } from "../callbacks/callback.js";
import type { ImageFlow } from "../data/augmentation/index.js";
import type { Dataset } from "../data/datasets/dataset.js";
import { TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import { type Batches, isBatches } from "./batch-stream.js";
import type { Engine } from "./engine.js";
import { evaluateBatches, evaluateSamples } from "./evaluate.js";
import { requireOnePort, targetCheck, wantedOf } from "./fit.js";
import { datasetOf, isFlow, refuseTargets } from "./given-data.js";
import { givenInputs, type Inputs } from "./inputs.js";
import { passCallbacks } from "./model-callbacks.js";
import { type EvaluateOptions, evaluateOptions } from "./model-options.js";
import { withBatchesOf } from "./out-of-memory.js";
import { givenBatches } from "./run-fit.js";
import { countSamples, datasetSamples, type Samples, samples } from "./samples.js";
import type { Targets } from "./targets.js";
import { wholeNumber } from "./whole-number.js";

/** What a model is evaluated on. */
export type EvaluationData = Inputs | Dataset | ImageFlow | Batches;

/** A model as far as an evaluation needs it. */
export interface EvaluatedModel extends TrainingModel {
  readonly engine: Engine;
}

/**
 * Loss and metrics on data in any of the forms that `evaluate` takes.
 *
 * @param what names the call in errors
 * @throws TrazoError for data and options that are not supported
 */
export async function evaluateModel(
  model: EvaluatedModel,
  what: string,
  given: EvaluationData,
  yOrOptions: Targets | EvaluateOptions | undefined,
  optionsWithY: EvaluateOptions,
): Promise<Logs> {
  const isWithTargets = isBatches(given) || datasetOf(given) !== undefined;
  if (isWithTargets) refuseTargets(yOrOptions, what);
  const options = isWithTargets ? ((yOrOptions ?? {}) as EvaluateOptions) : optionsWithY;
  requireKnownOptions(options, evaluateOptions, what);
  if (isBatches(given)) return await evaluateFunction(model, what, given, options);
  const { engine } = model;
  const data = samplesFrom(engine, what, given, yOrOptions as Targets, options);
  engine.requireSamples(data, what);
  const batchSize = wholeNumber(options.batchSize ?? 32, 1, "batchSize");
  const all = Math.ceil(countSamples(data) / batchSize);
  const steps = Math.min(wholeNumber(options.steps ?? all, 1, "steps"), all);
  const callbacks = passCallbacks(model, options, countSamples(data), batchSize, steps);
  return await withBatchesOf(Math.min(batchSize, countSamples(data)), () =>
    engine.hold(() => evaluateSamples(engine, data, batchSize, steps, callbacks)),
  );
}

function samplesFrom(
  engine: Engine,
  what: string,
  given: Inputs | Dataset | ImageFlow,
  y: Targets,
  { sampleWeight }: EvaluateOptions,
): Samples {
  if (isFlow(given)) requireOnePort(engine, what);
  const dataset = datasetOf(given);
  if (dataset)
    return datasetSamples(dataset, wantedOf(engine, what), sampleWeight, targetCheck(engine), what);
  return samples(givenInputs(engine.model, given, what), engine.requireScored(what), y, sampleWeight, what);
}

async function evaluateFunction(
  model: EvaluatedModel,
  what: string,
  batches: Batches,
  options: EvaluateOptions,
): Promise<Logs> {
  for (const name of ["batchSize", "sampleWeight"] as const) {
    if (options[name] === undefined) continue;
    throw new TrazoError(
      `${what}: ${name} is for data of which it makes batches, not for a function of batches.`,
    );
  }
  const { engine } = model;
  engine.requireScored(what);
  const steps = options.steps === undefined ? undefined : wholeNumber(options.steps, 1, "steps");
  const callbacks = passCallbacks(model, options, 0, 0, steps ?? 0);
  return await engine.hold(() =>
    evaluateBatches(engine, givenBatches(engine, what, batches, steps), callbacks),
  );
}
