import type { Logs, TrainingModel } from "../callbacks/callback.js";
import type { CallbackList } from "../callbacks/callback-list.js";
import type { TrazoError } from "../errors.js";
import { randomStream } from "../random/derive.js";
import type { Feeds } from "../runtime/runtime.js";
import type { Backup, Progress, Trainee } from "./backup.js";
import type { BatchPlan } from "./batch-plan.js";
import { type Batches, type BatchMoment, BatchStream, isBatches } from "./batch-stream.js";
import type { Engine } from "./engine.js";
import { batchesOf, evaluateBatches, evaluateSamples, ScoreAverage } from "./evaluate.js";
import { requireFiniteWeights, savingChecked } from "./finite-weights.js";
import { type FitPlan, samplesOf } from "./fit.js";
import { TrainingInterrupted } from "./interrupted.js";
import { BatchGatherer, countSamples, type Moment, type Samples } from "./samples.js";
import { feedsOf, type Step, weightFeeds } from "./training-step.js";

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
  async (loss: number, feeds: Feeds): Promise<TrazoError> => {
    const { nonFiniteLoss } = await looking();
    const when = stepName(epoch, batch + 1);
    return await nonFiniteLoss(engine.model, await engine.runtime(), feeds, loss, when, rateOf(engine));
  };

/** What finds out where a loss went wrong; few trainings need it. */
const looking = () => import("./non-finite.js");

async function validate(
  engine: Engine,
  given: Samples | Batches,
  plan: FitPlan,
  callbacks: CallbackList,
  when: string,
): Promise<Logs> {
  const scores = isBatches(given)
    ? await evaluateBatches(
        engine,
        givenBatches(engine, "validationData", given, plan.validationSteps),
        callbacks,
      )
    : await evaluatePlanned(engine, given, plan, callbacks);
  if (plan.stopOnNonFinite && !Number.isFinite(scores.loss)) {
    const batches = isBatches(given)
      ? givenBatches(engine, "validationData", given, plan.validationSteps)
      : batchesOf(given, plan.validationBatchSize, validationSteps(given, plan), engine.model.seed);
    const { model } = engine;
    const loss = scores.loss as number;
    const feeds = validationFeeds(engine, batches);
    const { nonFiniteValidation } = await looking();
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

/** One pass over the batches of a function. @param what names the call in errors */
export async function* givenBatches(
  engine: Engine,
  what: string,
  batches: Batches,
  steps = Number.POSITIVE_INFINITY,
): AsyncGenerator<Samples> {
  const stream = new BatchStream(batches, what, samplesOf(engine, what), false);
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
