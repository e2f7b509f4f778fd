import type { ImageFlow } from "../data/augmentation/index.js";
import type { Dataset } from "../data/datasets/dataset.js";
import { inWords, type JsonObject, TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import { randomStream } from "../random/derive.js";
import { sampleSize, type Tensor } from "../tensor.js";
import { type Batch, type Batches, BatchStream, isBatches } from "./batch-stream.js";
import type { Engine } from "./engine.js";
import { type FitOptions, fitOptionNames } from "./fit-options.js";
import { datasetOf, isFlow } from "./given-data.js";
import type { Wanted } from "./graph-dataset.js";
import { scoredOutputs } from "./graphs.js";
import { givenInputs, type Inputs } from "./inputs.js";
import {
  countSamples,
  datasetSamples,
  type InputMaker,
  type Samples,
  samples,
  sliceSamples,
} from "./samples.js";
import type { SampleWeight, Targets } from "./targets.js";
import { type ClassWeight, weightByClass, weightedByClass } from "./weighting.js";
import { wholeNumber } from "./whole-number.js";

/** Fit options with their defaults, checked. */
export interface FitPlan {
  /** Undefined where `stream` gives the batches. */
  readonly train: Samples | undefined;
  readonly stream: BatchStream | undefined;
  /** Makes the inputs of a batch where they are not simply `train`'s. */
  readonly inputs: InputMaker | undefined;
  readonly validation: Samples | Batches | undefined;
  readonly batchSize: number;
  readonly validationBatchSize: number;
  readonly epochs: number;
  readonly initialEpoch: number;
  readonly shuffle: boolean;
  readonly stepsPerEpoch: number | undefined;
  readonly validationSteps: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly stopOnNonFinite: boolean;
  /** Those of the settings that decide the course of training, apart from its length. */
  readonly settings: JsonObject;
  validatesAfter(epoch: number): boolean;
}

/** @param what names the call in errors, here as in what follows */
export function planFit(engine: Engine, what: string, x: Inputs, y: Targets, options: FitOptions): FitPlan {
  const inputs = givenInputs(engine.model, x, what);
  const given = samples(inputs, engine.requireScored(what), y, options?.sampleWeight, what);
  return planSamplesFit(engine, what, given, options);
}

/** The plan for samples that are read as they are needed. */
export function planDatasetFit(engine: Engine, what: string, dataset: Dataset, options: FitOptions): FitPlan {
  const wanted = wantedOf(engine, what);
  const given = datasetSamples(dataset, wanted, options?.sampleWeight, targetCheck(engine), what);
  return planSamplesFit(engine, what, given, options);
}

/** What tensors a sample has to be trained or evaluated with. */
export const wantedOf = (engine: Engine, what: string): Wanted => ({
  inputs: engine.model.inputs,
  scored: engine.requireScored(what),
});

/** The plan for batches that a function gives. */
export function planBatchesFit(engine: Engine, what: string, batches: Batches, options: FitOptions): FitPlan {
  for (const name of ["batchSize", "shuffle", "sampleWeight", "validationSplit"] as const) {
    if (options[name] === undefined) continue;
    throw new TrazoError(
      `${what}: ${name} is for data of which it makes batches, not for a function of batches.`,
    );
  }
  if (options.backup && batches.length === 0) {
    throw new TrazoError(
      `${what}: with a backup a function of batches must take the place to resume from, ({ epoch, step }) => …, and give the batches from there.`,
    );
  }
  const plan = planSamplesFit(engine, what, undefined, options);
  const toSamples = samplesOf(engine, what);
  const weighing = (batch: Batch): Samples => weighted(toSamples(batch), options.classWeight, engine, what);
  return { ...plan, stream: new BatchStream(batches, what, weighing, plan.stepsPerEpoch !== undefined) };
}

/** What a program's own batches are checked and turned into. */
export const samplesOf =
  (engine: Engine, what: string) =>
  ({ x, y, sampleWeight }: Batch): Samples => {
    const scored = engine.requireScored(what);
    const given = samples(givenInputs(engine.model, x, what), scored, y, sampleWeight, what);
    engine.requireSamples(given, what);
    return given;
  };

function planSamplesFit(
  engine: Engine,
  what: string,
  data: Samples | undefined,
  options: FitOptions,
): FitPlan {
  requireKnownOptions(options, fitOptionNames, what);
  for (const name of ["shuffle", "stopOnNonFinite"] as const) {
    if (["undefined", "boolean"].includes(typeof options[name])) continue;
    throw new TrazoError(`${name} must be true or false, but got ${inWords(options[name])}.`);
  }
  if (options.signal !== undefined && !(options.signal instanceof AbortSignal)) {
    throw new TrazoError(
      `signal must be an AbortSignal, e.g. that of new AbortController(), but got ${inWords(options.signal)}.`,
    );
  }
  requireVerbose(options.verbose);
  const batchSize = wholeNumber(options.batchSize ?? 32, 1, "batchSize");
  const initialEpoch = wholeNumber(options.initialEpoch ?? 0, 0, "initialEpoch");
  const { shuffle = true, validationFreq = 1, stepsPerEpoch, validationSteps, classWeight } = options;
  const { train, validation } = splitOff(engine, data, options);
  engine.requireTrainable(what);
  if (train) engine.requireSamples(train, what);
  if (validation && !isBatches(validation)) engine.requireSamples(validation, "validationData");
  const validationBatchSize = wholeNumber(options.validationBatchSize ?? batchSize, 1, "validationBatchSize");
  return {
    train: train && weighted(train, classWeight, engine, what),
    stream: undefined,
    inputs: undefined,
    validation,
    batchSize,
    validationBatchSize,
    epochs: wholeNumber(options.epochs ?? 1, 0, "epochs"),
    initialEpoch,
    shuffle,
    stepsPerEpoch: optionalWhole(stepsPerEpoch, "stepsPerEpoch"),
    validationSteps: optionalWhole(validationSteps, "validationSteps"),
    signal: options.signal,
    stopOnNonFinite: options.stopOnNonFinite ?? false,
    settings: {
      batchSize,
      shuffle,
      initialEpoch,
      stepsPerEpoch: stepsPerEpoch ?? null,
      validationBatchSize,
      validationSteps: validationSteps ?? null,
      validationFreq: typeof validationFreq === "number" ? validationFreq : [...validationFreq],
    },
    validatesAfter: validationSchedule(validationFreq),
  };
}

/**
 * The plan for images that a generator varies. The order of the samples is the model's; the images of a step follow
 * from the flow's seed, or else the model's, and the number of the step.
 */
export function planFlowFit(engine: Engine, what: string, flow: ImageFlow, options: FitOptions): FitPlan {
  for (const name of ["batchSize", "shuffle", "sampleWeight", "validationSplit"] as const) {
    if (options[name] === undefined) continue;
    throw new TrazoError(`${what}: ${name} belongs to the flow: give it to generator.flow(x, y, { ... }).`);
  }
  requireOnePort(engine, what);
  const { x, y, batchSize, shuffle, sampleWeight, byRecipe } = flow;
  const plan = planFit(engine, what, x, y, { ...options, batchSize, shuffle, sampleWeight });
  // Asked for when needed: an interrupted training that continues brings its own seed.
  const seed = (): number => flow.seed ?? randomStream(engine.model.seed, "augmentation").nextUint32();
  return {
    ...plan,
    settings: {
      ...plan.settings,
      flow: {
        seed: flow.seed ?? null,
        variedPasses: flow.variedPasses ?? null,
        generator: flow.generatorConfig,
      },
    },
    inputs: {
      write: (indices, { batch, iteration }, target) =>
        flow.writeBatch(indices, batch, seed() + iteration, target),
      byRecipe: byRecipe && {
        ...byRecipe,
        draw: (count, { batch, iteration }) => byRecipe.draw(count, batch, seed() + iteration),
      },
    },
  };
}

/** @throws TrazoError for a flow, which has one input and one target, where the model has several */
export function requireOnePort(engine: Engine, what: string): void {
  const { inputs, outputs } = engine.model;
  const several = inputs.length > 1 ? inputs : outputs;
  if (several.length < 2) return;
  throw new TrazoError(
    `${what}: the model has several ${several === inputs ? "inputs" : "outputs"}, ${several.map(({ name }) => name).join(", ")}, ` +
      "but a flow has images and one kind of targets. Give it a dataset: augmentDataset(generator, tensorDataset({ images, … }, targets)).",
  );
}

export const targetCheck =
  (engine: Engine) =>
  (y: Tensor, what: string, output: number): void =>
    engine.requireTargetValues(y, what, output);

/** Class weights count in training only: what is split off for validation keeps its sample weights. */
function weighted(
  data: Samples,
  classWeight: ClassWeight | undefined,
  engine: Engine,
  what: string,
): Samples {
  if (!classWeight) return data;
  const { outputs } = engine.model;
  if (outputs.length > 1) {
    throw new TrazoError(
      `${what}: classWeight is for models of one output, but this one has ${outputs.map(({ name }) => name).join(", ")}: ` +
        "give sampleWeight, one list for each.",
    );
  }
  const classes = classesOf(engine);
  if (data.dataset) return { ...data, dataset: weightedByClass(data.dataset, classWeight, classes) };
  const byClass = weightByClass(data.y, classWeight, classes);
  const places = sampleSize(data.sampleWeight);
  const both = data.sampleWeight.data.map(
    (weight, i) => weight * (byClass[Math.floor(i / places)] as number),
  );
  return { ...data, sampleWeight: { ...data.sampleWeight, data: both } };
}

/** How many classes a model tells apart; undefined where its output does not say. */
function classesOf(engine: Engine): number | undefined {
  const [, width, ...more] = engine.model.outputShape;
  if (more.length > 0 || typeof width !== "number") return undefined;
  if (width > 1) return width;
  const [scored] = scoredOutputs(engine.model, engine.requireCompiled("fit"));
  return scored?.loss.kerasName === "binary_crossentropy" ? 2 : undefined;
}

function splitOff(
  engine: Engine,
  data: Samples | undefined,
  options: FitOptions,
): { train: Samples | undefined; validation: Samples | Batches | undefined } {
  const { validationData, validationSplit = 0 } = options;
  if (!(validationSplit >= 0 && validationSplit < 1)) {
    throw new TrazoError(`validationSplit must be from 0 to below 1, but got ${inWords(validationSplit)}.`);
  }
  if (isBatches(validationData)) return { train: data, validation: validationData };
  if (validationData) {
    const dataset = datasetOf(validationData);
    if (dataset) {
      if (isFlow(validationData)) requireOnePort(engine, "validationData");
      const wanted = wantedOf(engine, "validationData");
      return {
        train: data,
        validation: datasetSamples(dataset, wanted, undefined, targetCheck(engine), "validationData"),
      };
    }
    if (!Array.isArray(validationData)) {
      throw new TrazoError(
        `validationData is a list, [x, y] or [x, y, sampleWeight], a dataset, a flow or a function of batches, but got ${inWords(validationData)}.`,
      );
    }
    const [x, y, weights] = validationData as readonly [Inputs, Targets, SampleWeight?];
    const inputs = givenInputs(engine.model, x, "validationData");
    const scored = engine.requireScored("validationData");
    return { train: data, validation: samples(inputs, scored, y, weights, "validationData") };
  }
  if (validationSplit === 0 || !data) return { train: data, validation: undefined };
  const count = countSamples(data);
  const at = Math.floor(count * (1 - validationSplit));
  if (at === 0 || at === count) {
    throw new TrazoError(`validationSplit ${validationSplit} of ${count} samples leaves one side empty.`);
  }
  return { train: sliceSamples(data, 0, at), validation: sliceSamples(data, at, count) };
}

function validationSchedule(frequency: number | readonly number[]): (epoch: number) => boolean {
  if (typeof frequency !== "number") {
    for (const epoch of frequency) wholeNumber(epoch, 1, "Each epoch of validationFreq");
    return (epoch) => frequency.includes(epoch);
  }
  wholeNumber(frequency, 1, "validationFreq");
  return (epoch) => epoch % frequency === 0;
}

/** @throws TrazoError unless it is 0, 1, 2 or left out */
export function requireVerbose(verbose: number | undefined): void {
  if ([undefined, 0, 1, 2].includes(verbose)) return;
  throw new TrazoError(`verbose must be 0, 1 or 2, but got ${inWords(verbose)}.`);
}

const optionalWhole = (value: number | undefined, what: string): number | undefined =>
  value === undefined ? undefined : wholeNumber(value, 1, what);
