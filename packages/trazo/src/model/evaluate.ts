import type { Logs } from "../callbacks/callback.js";
import type { CallbackList } from "../callbacks/callback-list.js";
import type { Dataset } from "../data/datasets/dataset.js";
import { isAccumulated } from "../metrics/metric.js";
import type { Objective } from "../network/compiled.js";
import type { LayerGraph } from "../network/layer-graph.js";
import { allMetrics } from "../network/objective.js";
import { penaltyOf } from "../network/variable.js";
import { randomStream } from "../random/derive.js";
import { sampleSize, type Tensor } from "../tensor.js";
import type { Engine } from "./engine.js";
import { initialState, type ScoredOutput, scoredOutputs } from "./graphs.js";
import { type BatchRequest, ReadAhead } from "./read-ahead.js";
import { countSamples, type Samples, sliceSamples, weightsIn } from "./samples.js";
import { feedsOf, readScores, type StepResult, weightFeeds } from "./training-step.js";

/** What an epoch's scores are made of. */
export type ScoreSums = {
  /** The metrics' states, one after the other; a mean's is its sum. */
  readonly metricSums: readonly number[];
  readonly lossSum: number;
  /** Of each output, where there are several. */
  readonly outputLossSums: readonly number[];
  readonly count: number;
  /** The sample weights of each output that has a loss. */
  readonly weights: readonly number[];
};

/** Running scores over the batches of an epoch; means are weighted by the batches' sizes, as Keras reports them. */
export class ScoreAverage {
  readonly #objective: Objective;
  /** How many of the sums are each metric's. */
  readonly #sizes: readonly number[];
  readonly #scored: readonly ScoredOutput[];
  #metricSums: number[];
  #lossSum = 0;
  #outputLossSums: number[];
  #count = 0;
  #weights: number[];

  /** @param model on the shapes of whose outputs the size of a metric's state may depend */
  constructor(objective: Objective, model: Pick<LayerGraph, "outputs">) {
    this.#objective = objective;
    this.#scored = scoredOutputs(model, objective);
    const initial = initialStates(objective, model);
    this.#sizes = initial.map(({ length }) => length);
    this.#metricSums = initial.flat();
    this.#outputLossSums = this.#scored.filter(({ lossKey }) => lossKey !== undefined).map(() => 0);
    this.#weights = this.#scored.map(() => 0);
  }

  add({ loss, outputLosses, metricSums }: StepResult, batch: Samples): void {
    const count = countSamples(batch);
    this.#count += count;
    this.#lossSum += loss * count;
    for (const [i, own] of outputLosses.entries()) {
      this.#outputLossSums[i] = (this.#outputLossSums[i] as number) + own * count;
    }
    for (const [i, { index, weightName }] of this.#scored.entries()) {
      if (!this.#objective.outputs[index]?.weightedMetrics) continue;
      this.#weights[i] = (this.#weights[i] as number) + totalOf(weightsIn(batch, weightName));
    }
    for (const [i, sum] of metricSums.entries()) {
      this.#metricSums[i] = (this.#metricSums[i] as number) + sum;
    }
  }

  /** The sums so far. */
  get sums(): ScoreSums {
    return {
      metricSums: [...this.#metricSums],
      lossSum: this.#lossSum,
      outputLossSums: [...this.#outputLossSums],
      count: this.#count,
      weights: [...this.#weights],
    };
  }

  /** Continues from the sums of an interrupted epoch. */
  restore({ metricSums, lossSum, outputLossSums, count, weights }: ScoreSums): void {
    this.#metricSums = [...metricSums];
    this.#lossSum = lossSum;
    this.#outputLossSums = [...outputLossSums];
    this.#count = count;
    this.#weights = [...weights];
  }

  /** `loss`, the losses of several outputs, and every metric, under their names. */
  logs(): Logs {
    const logs: Logs = { loss: this.#lossSum / this.#count };
    const keys = this.#scored.map(({ lossKey }) => lossKey).filter((key) => key !== undefined);
    for (const [i, key] of keys.entries()) logs[key] = (this.#outputLossSums[i] as number) / this.#count;
    let at = 0;
    for (const [i, { metric, output, isWeighted }] of allMetrics(this.#objective).entries()) {
      const state = this.#metricSums.slice(at, at + (this.#sizes[i] as number));
      at += state.length;
      const place = this.#scored.findIndex(({ index }) => index === output);
      const total = isWeighted ? (this.#weights[place] as number) : this.#count;
      logs[metric.name] = isAccumulated(metric) ? metric.result(state) : meanOf(state, total);
    }
    return logs;
  }
}

/** Every metric's state before the first batch. */
export const initialStates = (
  objective: Objective,
  { outputs }: Pick<LayerGraph, "outputs">,
): readonly (readonly number[])[] =>
  allMetrics(objective).map(({ metric, output }) =>
    initialState(metric, outputs[output]?.tensor.shape ?? []),
  );

/** Of the places of a sample the mean counts. */
const totalOf = (weights: Tensor<"float32">): number =>
  weights.data.reduce((a, b) => a + b, 0) / sampleSize(weights);

/** Keras gives 0 where no sample has any weight. */
const meanOf = ([sum = 0]: readonly number[], total: number): number => (total === 0 ? 0 : sum / total);

/** Loss and metrics of a set in inference mode, batch by batch in order. */
export const evaluateSamples = (
  engine: Engine,
  data: Samples,
  batchSize: number,
  steps: number,
  callbacks: CallbackList,
): Promise<Logs> =>
  evaluateBatches(engine, batchesOf(data, batchSize, steps, engine.model.seed), callbacks, data);

/**
 * The same for batches however made.
 *
 * @param like of what kind they all are, so that what computes them is ready before the first callback. Default: each may differ
 */
export async function evaluateBatches(
  engine: Engine,
  batches: AsyncIterable<Samples>,
  callbacks: CallbackList,
  like?: Samples,
): Promise<Logs> {
  const compiled = engine.requireCompiled("evaluate");
  const ready = like && (await engine.evaluator(like));
  const average = new ScoreAverage(compiled, engine.model);
  // As in Keras 3, frozen weights cost nothing.
  const penalty = engine.model.trainableVariables.reduce((sum, variable) => sum + penaltyOf(variable), 0);
  await callbacks.onTestBegin({});
  const weights = weightFeeds(engine.model.variables);
  let step = 0;
  for await (const batch of batches) {
    const session = ready ?? (await engine.evaluator(batch));
    await callbacks.onTestBatchBegin(step, {});
    const { loss, ...scores } = readScores(await session.run({ ...feedsOf(batch), ...weights }), compiled);
    average.add({ ...scores, loss: loss + penalty }, batch);
    await callbacks.onTestBatchEnd(step++, average.logs());
  }
  const logs = average.logs();
  await callbacks.onTestEnd(logs);
  return logs;
}

/**
 * The first `steps` batches of a set, in order; the last may be smaller. Each is valid until the next.
 *
 * @param seed what a dataset draws follows from it
 */
export async function* batchesOf(
  data: Samples,
  batchSize: number,
  steps: number,
  seed: number,
): AsyncGenerator<Samples> {
  const count = countSamples(data);
  if (data.dataset) {
    yield* datasetBatches(data.dataset, Math.min(batchSize, count), steps, seed);
    return;
  }
  for (let step = 0; step < steps; step++) {
    yield sliceSamples(data, step * batchSize, Math.min((step + 1) * batchSize, count));
  }
}

async function* datasetBatches(
  dataset: Dataset,
  batchSize: number,
  steps: number,
  seed: number,
): AsyncGenerator<Samples> {
  const reader = new ReadAhead(dataset, batchSize);
  const requestAt = (step: number): BatchRequest => {
    const start = step * batchSize;
    return {
      indices: Int32Array.from({ length: Math.min(batchSize, dataset.length - start) }, (_, i) => start + i),
      seed: randomStream(seed, "dataset pass", step).nextUint32(),
    };
  };
  function* after(step: number): Generator<BatchRequest> {
    for (let next = step + 1; next < steps; next++) yield requestAt(next);
  }
  try {
    for (let step = 0; step < steps; step++) yield await reader.take(requestAt(step), () => after(step));
  } finally {
    await reader.end();
  }
}
