import type { Callback, Logs, TrainingModel } from "../callbacks/callback.js";
import type { CallbackList } from "../callbacks/callback-list.js";
import { ImageFlow } from "../data/augmentation/index.js";
import { type Dataset, isDataset } from "../data/datasets/dataset.js";
import { flowDataset } from "../data/datasets/flow-dataset.js";
import { inWords, type JsonObject, TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import { randomStream } from "../random/derive.js";
import type { Feeds } from "../runtime/runtime.js";
import type { Tensor } from "../tensor.js";
import type { Backup, BackupOptions, Progress, Trainee } from "./backup.js";
import type { BatchPlan } from "./batch-plan.js";
import { type Batch, type Batches, type BatchMoment, BatchStream, isBatches } from "./batch-stream.js";
import type { Engine } from "./engine.js";
import { batchesOf, evaluateBatches, evaluateSamples, ScoreAverage } from "./evaluate.js";
import type { Wanted } from "./graph-dataset.js";
import { scoredOutputs } from "./graphs.js";
import { givenInputs, type Inputs } from "./inputs.js";
import { TrainingInterrupted } from "./interrupted.js";
import { nonFiniteLoss, nonFiniteValidation, requireFiniteWeights, savingChecked } from "./non-finite.js";
import {
  BatchGatherer,
  countSamples,
  datasetSamples,
  type InputMaker,
  type Moment,
  type Samples,
  samples,
  sliceSamples,
} from "./samples.js";
import type { SampleWeight, Targets } from "./targets.js";
import { feedsOf, type Step, weightFeeds } from "./training-step.js";
import { type ClassWeight, weightByClass, weightedByClass } from "./weighting.js";

/** Inputs and targets, with weights on the loss of each sample where given; a function of batches is called for each validation. */
export type ValidationData =
  | readonly [x: Inputs, y: Targets, sampleWeight?: SampleWeight]
  | Dataset
  | ImageFlow
  | Batches;

/** Options of `fit`. */
export interface FitOptions {
  /** Samples a batch. Default 32; an image flow has its own. */
  readonly batchSize?: number | undefined;
  /** The number of the last epoch: training runs from `initialEpoch` up to it. Default 1. */
  readonly epochs?: number | undefined;
  /** Epochs already done, when training resumes. Default 0. */
  readonly initialEpoch?: number | undefined;
  /** 0 nothing, 1 a progress bar (in a notebook, one line and the curves), 2 a line per epoch. Default: 1 on a terminal and in notebooks, else 2. */
  readonly verbose?: 0 | 1 | 2 | undefined;
  /** Told of every epoch and batch, in their order; what one adds to an epoch's logs the next sees. Default none. */
  readonly callbacks?: readonly Callback[] | undefined;
  /** Evaluated after every epoch. Takes precedence over `validationSplit`. */
  readonly validationData?: ValidationData | undefined;
  /** Fraction of the data, from its end and before shuffling, kept for validation. Default 0. Not with a flow. */
  readonly validationSplit?: number | undefined;
  /** Default: `batchSize`. */
  readonly validationBatchSize?: number | undefined;
  /** Validate every this many epochs, or after the epochs listed (counted from 1). Default 1. */
  readonly validationFreq?: number | readonly number[] | undefined;
  /** A new order of the samples in every epoch. Default true; an image flow has its own. */
  readonly shuffle?: boolean | undefined;
  /**
   * Factors on the loss of the training samples by class number, e.g. `{ 8: 2.5 }`; other classes count 1. Multiplied with
   * `sampleWeight`. For models of one output. Default none.
   */
  readonly classWeight?: ClassWeight | undefined;
  /** One factor a sample on its loss, for several outputs also one list each; an image flow has its own. */
  readonly sampleWeight?: SampleWeight | undefined;
  /**
   * Batches per epoch; the next epoch continues where this one ends. Default: all samples once; for a function of batches, all that it
   * gives.
   */
  readonly stepsPerEpoch?: number | undefined;
  /** Batches of a validation. Default: all. */
  readonly validationSteps?: number | undefined;
  /** Where progress and messages go. Default: standard output. */
  readonly print?: ((text: string) => void) | undefined;
  /**
   * Saves the state of training, so that the same call after a crash continues as if nothing had happened: same weights, same
   * history, to the last bit. As Keras's `BackupAndRestore`, to the step. Default: none.
   */
  readonly backup?: BackupOptions | undefined;
  /**
   * Interrupts training: the step is finished, the state saved when there is a `backup`, and `fit` rejects with
   * `TrainingInterrupted`. To end training as if it were complete, set `stopTraining` instead.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Stop with an error as soon as the loss is NaN or infinite, before the weights are touched, naming the first tensor
   * that went wrong; also when the validation loss is, or a weight has become so, before a callback can save the model.
   * Default false, as in Keras: training continues.
   */
  readonly stopOnNonFinite?: boolean | undefined;
}

const fitOptions: Readonly<Record<keyof FitOptions, true>> = {
  batchSize: true,
  epochs: true,
  initialEpoch: true,
  verbose: true,
  callbacks: true,
  validationData: true,
  validationSplit: true,
  validationBatchSize: true,
  validationFreq: true,
  shuffle: true,
  classWeight: true,
  sampleWeight: true,
  stepsPerEpoch: true,
  validationSteps: true,
  print: true,
  backup: true,
  signal: true,
  stopOnNonFinite: true,
};

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

export function planFit(engine: Engine, x: Inputs, y: Targets, options: FitOptions): FitPlan {
  const inputs = givenInputs(engine.model, x, "fit");
  const given = samples(inputs, engine.requireScored("fit"), y, options?.sampleWeight, "fit");
  return planSamplesFit(engine, given, options);
}

/** The plan for samples that are read as they are needed. */
export function planDatasetFit(engine: Engine, dataset: Dataset, options: FitOptions): FitPlan {
  const wanted = wantedOf(engine, "fit");
  const given = datasetSamples(dataset, wanted, options?.sampleWeight, targetCheck(engine), "fit");
  return planSamplesFit(engine, given, options);
}

/** What tensors a sample has to be trained or evaluated with. */
export const wantedOf = (engine: Engine, what: string): Wanted => ({
  inputs: engine.model.inputs,
  scored: engine.requireScored(what),
});

/** The plan for batches that a function gives. */
export function planBatchesFit(engine: Engine, batches: Batches, options: FitOptions): FitPlan {
  for (const name of ["batchSize", "shuffle", "sampleWeight", "validationSplit"] as const) {
    if (options[name] === undefined) continue;
    throw new TrazoError(
      `fit: ${name} is for data of which fit makes batches, not for a function of batches.`,
    );
  }
  if (options.backup && batches.length === 0) {
    throw new TrazoError(
      "fit: with a backup a function of batches must take the place to resume from, ({ epoch, step }) => …, and give the batches from there.",
    );
  }
  const plan = planSamplesFit(engine, undefined, options);
  const toSamples = samplesOf(engine, "fit");
  const weighing = (batch: Batch): Samples => weighted(toSamples(batch), options.classWeight, engine);
  return { ...plan, stream: new BatchStream(batches, weighing, plan.stepsPerEpoch !== undefined) };
}

/** What a program's own batches are checked and turned into. */
const samplesOf =
  (engine: Engine, what: string) =>
  ({ x, y, sampleWeight }: Batch): Samples => {
    const scored = engine.requireScored(what);
    const given = samples(givenInputs(engine.model, x, what), scored, y, sampleWeight, what);
    engine.requireSamples(given, what);
    return given;
  };

function planSamplesFit(engine: Engine, data: Samples | undefined, options: FitOptions): FitPlan {
  requireKnownOptions(options, fitOptions, "fit");
  for (const name of ["shuffle", "stopOnNonFinite"] as const) {
    if (["undefined", "boolean"].includes(typeof options[name])) continue;
    throw new TrazoError(`${name} must be true or false, but got ${inWords(options[name])}.`);
  }
  requireVerbose(options.verbose);
  const batchSize = wholeNumber(options.batchSize ?? 32, 1, "batchSize");
  const initialEpoch = wholeNumber(options.initialEpoch ?? 0, 0, "initialEpoch");
  const { shuffle = true, validationFreq = 1, stepsPerEpoch, validationSteps, classWeight } = options;
  const { train, validation } = splitOff(engine, data, options);
  engine.requireTrainable();
  if (train) engine.requireSamples(train, "fit");
  if (validation && !isBatches(validation)) engine.requireSamples(validation, "validationData");
  const validationBatchSize = wholeNumber(options.validationBatchSize ?? batchSize, 1, "validationBatchSize");
  return {
    train: train && weighted(train, classWeight, engine),
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
export function planFlowFit(engine: Engine, flow: ImageFlow, options: FitOptions): FitPlan {
  for (const name of ["batchSize", "shuffle", "sampleWeight", "validationSplit"] as const) {
    if (options[name] === undefined) continue;
    throw new TrazoError(`fit: ${name} belongs to the flow: give it to generator.flow(x, y, { ... }).`);
  }
  requireOnePort(engine, "fit");
  const { x, y, batchSize, shuffle, sampleWeight, mapped } = flow;
  const plan = planFit(engine, x, y, { ...options, batchSize, shuffle, sampleWeight });
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
      mapped: mapped && {
        ...mapped,
        maps: (count, { batch, iteration }) => mapped.maps(count, batch, seed() + iteration),
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

/** Trains epoch after epoch, telling the callbacks in Keras's order. */
export async function runFit(
  engine: Engine,
  host: TrainingModel,
  plan: FitPlan,
  batches: BatchPlan | undefined,
  callbacks: CallbackList,
  backup: Backup | undefined,
): Promise<void> {
  const supply = await supplyOf(engine, plan, batches);
  const trainee = { engine, batches, callbacks };
  host.stopTraining = false;
  if (plan.stopOnNonFinite || backup) callbacks.setModel(guarded(host, engine, plan, backup));
  await callbacks.onTrainBegin({});
  let begun = await goOn(backup, trainee);
  if (begun) host.stopTraining = begun.stopped;
  let logs: Logs = {};
  for (let epoch = begun?.epoch ?? plan.initialEpoch; epoch < plan.epochs && !host.stopTraining; epoch++) {
    if (!begun?.sums) await callbacks.onEpochBegin(epoch, {});
    const trained = await trainEpoch({ ...plan, epoch, begun, host, supply }, trainee, backup);
    logs = trained.logs;
    begun = undefined;
    // Before the callbacks, which may put this model in the place of a good one.
    const reachedStep = stepName(epoch, trained.steps);
    if (plan.stopOnNonFinite) requireFinite(engine, reachedStep);
    if (plan.validation && plan.validatesAfter(epoch + 1)) {
      Object.assign(logs, await validate(engine, plan.validation, plan, callbacks, reachedStep));
    }
    await backup?.requireNotTaken();
    await callbacks.onEpochEnd(epoch, logs);
    const reached = { epoch: epoch + 1, batch: 0, sums: null, stopped: host.stopTraining };
    await backup?.save(reached, trainee);
    if (plan.signal?.aborted && reached.epoch < plan.epochs && !reached.stopped) {
      throw new TrainingInterrupted(reached.epoch, 0, backup?.backupDir);
    }
  }
  engine.settleAverages();
  await supply.end();
  await callbacks.onTrainEnd(logs);
}

/** Puts an interrupted training's state back and tells how far it had come. */
async function goOn(backup: Backup | undefined, trainee: Trainee): Promise<Progress | undefined> {
  const progress = backup?.progress;
  // First, because what callbacks do at an epoch's beginning was done when it began.
  if (progress?.sums) await trainee.callbacks.onEpochBegin(progress.epoch, {});
  backup?.restore(trainee);
  return progress;
}

interface EpochRun {
  readonly epoch: number;
  /** Where the epoch was interrupted; undefined when it begins. */
  readonly begun: Progress | undefined;
  readonly host: TrainingModel;
  readonly supply: Supply;
  readonly signal: AbortSignal | undefined;
  readonly stopOnNonFinite: boolean;
}

/** Where the batches of a training come from, and what takes them. */
interface Supply {
  /** Batches per epoch; undefined: as many as there are. */
  readonly steps: number | undefined;
  /** The batch at some place of an epoch; undefined where there is none, and the epoch has ended. */
  take(at: BatchMoment): Samples | undefined | Promise<Samples | undefined>;
  /** What such a batch trains. */
  stepFor(batch: Samples): Step | Promise<Step>;
  end(): Promise<void>;
}

async function supplyOf(engine: Engine, plan: FitPlan, batches: BatchPlan | undefined): Promise<Supply> {
  const { train, stream, epochs, stepsPerEpoch } = plan;
  if (stream) return streamSupply(engine, stream, stepsPerEpoch);
  if (!train || !batches) throw new Error("There is nothing to train on.");
  // A batch holds no more samples than there are, whatever size was asked for.
  const batchSize = Math.min(plan.batchSize, countSamples(train));
  const gatherer = new BatchGatherer(train, batchSize, plan.inputs);
  const trained = await engine.trainingStep(gatherer.buffers, batchSize);
  const { optimizer } = engine.requireCompiled("fit");
  const { steps } = batches;
  return {
    steps,
    take({ epoch, step }) {
      const { iterations } = optimizer;
      const moment = { iteration: iterations, batch: epoch * steps + step };
      return gatherer.gather(batches.next(iterations), moment, {
        seed: seedOf(engine),
        following: () => batchesAfter(moment, batches, epochs * steps),
      });
    },
    stepFor: () => trained,
    async end() {
      await trained.rest?.();
      await gatherer.end();
    },
  };
}

function streamSupply(engine: Engine, stream: BatchStream, steps: number | undefined): Supply {
  let largest = 0;
  return {
    steps,
    take: (at) => stream.next(at),
    stepFor(batch) {
      largest = Math.max(largest, countSamples(batch));
      return engine.trainingStep(batch, largest);
    },
    end: () => stream.end(),
  };
}

async function trainEpoch(
  run: EpochRun,
  trainee: Trainee,
  backup: Backup | undefined,
): Promise<{ readonly logs: Logs; readonly steps: number }> {
  const { epoch, begun, host, supply, signal } = run;
  const { engine, callbacks } = trainee;
  const steps = supply.steps ?? Number.POSITIVE_INFINITY;
  const compiled = engine.requireCompiled("fit");
  const average = new ScoreAverage(compiled, engine.model);
  if (begun?.sums) average.restore(begun.sums);
  let batch = begun?.batch ?? 0;
  let latest: Step | undefined;
  try {
    for (; batch < steps; batch++) {
      const taken = supply.take({ epoch, step: batch });
      const rows = taken instanceof Promise ? await taken : taken;
      if (!rows) break;
      const prepared = supply.stepFor(rows);
      const step = prepared instanceof Promise ? await prepared : prepared;
      latest = step;
      const starting = callbacks.onTrainBatchBegin(batch, {});
      if (starting) await starting;
      const refuse = run.stopOnNonFinite ? refusal(engine, epoch, batch) : undefined;
      average.add(await step.run(rows, refuse), rows);
      if (step.settle && callbacks.watchesBatches) await step.settle();
      const ended = callbacks.onTrainBatchEnd(batch, average.logs());
      if (ended) await ended;
      // Only now, as in Keras: an epoch that was begun has at least one batch to report.
      if (host.stopTraining) break;
      const done = batch + 1;
      const interrupted = signal?.aborted === true;
      if (!interrupted && !backup?.isDue(compiled.optimizer.iterations)) continue;
      await step.settle?.();
      if (run.stopOnNonFinite) requireFinite(engine, stepName(epoch, done));
      await backup?.save({ epoch, batch: done, sums: average.sums, stopped: false }, trainee);
      if (interrupted) throw new TrainingInterrupted(epoch, done, backup?.backupDir);
    }
  } finally {
    await latest?.settle?.();
  }
  return { logs: average.logs(), steps: batch };
}

export const targetCheck =
  (engine: Engine) =>
  (y: Tensor, what: string, output: number): void =>
    engine.requireTargetValues(y, what, output);

/** What a dataset draws for a batch follows from the model's seed and the step. */
const seedOf =
  ({ model }: Engine) =>
  (iteration: number): number =>
    randomStream(model.seed, "dataset", iteration).nextUint32();

/** The batches after one, up to the last of the training, as far as they can be foreseen. */
function* batchesAfter(
  { iteration, batch }: Moment,
  batches: BatchPlan,
  last: number,
): Generator<readonly [Int32Array, Moment]> {
  const plan = batches.fork();
  for (let ahead = 1; batch + ahead < last; ahead++) {
    const moment = { iteration: iteration + ahead, batch: batch + ahead };
    yield [plan.next(moment.iteration), moment];
  }
}

/** A callback may save after any step. To look at every weight after each one, saved or not, would slow training down. */
const guarded = (
  host: TrainingModel,
  engine: Engine,
  { stopOnNonFinite }: FitPlan,
  backup: Backup | undefined,
): TrainingModel =>
  savingChecked(host, async () => {
    if (stopOnNonFinite) requireFinite(engine, `${host.optimizer.iterations} steps`);
    await backup?.requireNotTaken();
  });

const requireFinite = (engine: Engine, when: string): void =>
  requireFiniteWeights(engine.model, when, rateOf(engine));

const rateOf = (engine: Engine): number => engine.requireCompiled("fit").optimizer.learningRate;

/** @param step from 1 */
const stepName = (epoch: number, step: number): string => `epoch ${epoch + 1}, step ${step}`;

const refusal =
  (engine: Engine, epoch: number, batch: number) =>
  async (loss: number, feeds: Feeds): Promise<TrazoError> =>
    nonFiniteLoss(
      engine.model,
      await engine.runtime(),
      feeds,
      loss,
      stepName(epoch, batch + 1),
      rateOf(engine),
    );

async function validate(
  engine: Engine,
  given: Samples | Batches,
  plan: FitPlan,
  callbacks: CallbackList,
  when: string,
): Promise<Logs> {
  const scores = isBatches(given)
    ? await evaluateBatches(engine, givenBatches(engine, given, plan.validationSteps), callbacks)
    : await evaluatePlanned(engine, given, plan, callbacks);
  if (plan.stopOnNonFinite && !Number.isFinite(scores.loss)) {
    const batches = isBatches(given)
      ? givenBatches(engine, given, plan.validationSteps)
      : batchesOf(given, plan.validationBatchSize, validationSteps(given, plan), engine.model.seed);
    const { model } = engine;
    const loss = scores.loss as number;
    const feeds = validationFeeds(engine, batches);
    throw await nonFiniteValidation(model, await engine.runtime(), feeds, loss, when, rateOf(engine));
  }
  return Object.fromEntries(Object.entries(scores).map(([name, value]) => [`val_${name}`, value]));
}

function validationSteps(data: Samples, plan: FitPlan): number {
  const all = Math.ceil(countSamples(data) / plan.validationBatchSize);
  return Math.min(plan.validationSteps ?? all, all);
}

const evaluatePlanned = (
  engine: Engine,
  data: Samples,
  plan: FitPlan,
  callbacks: CallbackList,
): Promise<Logs> =>
  evaluateSamples(engine, data, plan.validationBatchSize, validationSteps(data, plan), callbacks);

/** One pass over the batches of a function. */
export async function* givenBatches(
  engine: Engine,
  batches: Batches,
  steps = Number.POSITIVE_INFINITY,
): AsyncGenerator<Samples> {
  const stream = new BatchStream(batches, samplesOf(engine, "evaluate"), false);
  try {
    for (let step = 0; step < steps; step++) {
      const batch = await stream.next({ epoch: 0, step });
      if (!batch) return;
      yield batch;
    }
  } finally {
    await stream.end();
  }
}

async function* validationFeeds(engine: Engine, batches: AsyncIterable<Samples>): AsyncGenerator<Feeds> {
  for await (const batch of batches) {
    yield { ...feedsOf(batch), ...weightFeeds(engine.model.variables) };
  }
}

/** Class weights count in training only: what is split off for validation keeps its sample weights. */
function weighted(data: Samples, classWeight: ClassWeight | undefined, engine: Engine): Samples {
  if (!classWeight) return data;
  const { outputs } = engine.model;
  if (outputs.length > 1) {
    throw new TrazoError(
      `fit: classWeight is for models of one output, but this one has ${outputs.map(({ name }) => name).join(", ")}: ` +
        "give sampleWeight, one list for each.",
    );
  }
  const classes = classesOf(engine);
  if (data.dataset) return { ...data, dataset: weightedByClass(data.dataset, classWeight, classes) };
  const byClass = weightByClass(data.y, classWeight, classes);
  const both = data.sampleWeight.data.map((weight, i) => weight * (byClass[i] as number));
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
    throw new TrazoError(`validationSplit must be from 0 to below 1, but got ${validationSplit}.`);
  }
  if (isBatches(validationData)) return { train: data, validation: validationData };
  if (validationData) {
    if (validationData instanceof ImageFlow || isDataset(validationData)) {
      const dataset = validationData instanceof ImageFlow ? flowDataset(validationData) : validationData;
      if (validationData instanceof ImageFlow) requireOnePort(engine, "validationData");
      const wanted = wantedOf(engine, "fit");
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
    const scored = engine.requireScored("fit");
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
  throw new TrazoError(`verbose must be 0, 1 or 2, but got ${verbose}.`);
}

export function wholeNumber(value: number, least: number, what: string): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new TrazoError(`${what} must be an integer of at least ${least}, but got ${value}.`);
}

const optionalWhole = (value: number | undefined, what: string): number | undefined =>
  value === undefined ? undefined : wholeNumber(value, 1, what);
