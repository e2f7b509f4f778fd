import type { Logs } from "../callbacks/callback.js";
import type { CallbackList } from "../callbacks/callback-list.js";
import type { Engine } from "./engine.js";
import { countSamples, type Samples, sliceSamples } from "./samples.js";
import { feedsOf, readScores, type StepResult, weightFeeds } from "./training-step.js";
import { penaltyOf } from "./variable.js";

/** Running means over the batches of an epoch, weighted by their sizes, as Keras reports them. */
export class ScoreAverage {
  readonly #names: readonly string[];
  readonly #sums: number[];
  #count = 0;

  /** @param names the metrics' names; `loss` comes before them. */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.#sums = new Array<number>(names.length + 1).fill(0);
  }

  add({ loss, metricSums }: StepResult, batchSize: number): void {
    this.#count += batchSize;
    this.#sums[0] = (this.#sums[0] as number) + loss * batchSize;
    for (const [i, sum] of metricSums.entries()) this.#sums[i + 1] = (this.#sums[i + 1] as number) + sum;
  }

  /** `loss` and every metric, under their names with a prefix. */
  logs(prefix = ""): Logs {
    const logs: Logs = { [`${prefix}loss`]: (this.#sums[0] as number) / this.#count };
    for (const [i, name] of this.#names.entries()) {
      logs[`${prefix}${name}`] = (this.#sums[i + 1] as number) / this.#count;
    }
    return logs;
  }
}

/** Loss and metrics of a set in inference mode, batch by batch in order. */
export async function evaluateSamples(
  engine: Engine,
  data: Samples,
  batchSize: number,
  steps: number,
  callbacks: CallbackList,
): Promise<Logs> {
  const compiled = engine.requireCompiled("evaluate");
  const session = await engine.evaluator(data);
  const average = new ScoreAverage(compiled.metrics.map(({ name }) => name));
  const penalty = engine.model.variables.reduce((sum, variable) => sum + penaltyOf(variable), 0);
  await callbacks.onTestBegin({});
  const weights = weightFeeds(engine.model.variables);
  for (let step = 0; step < steps; step++) {
    const batch = sliceSamples(data, step * batchSize, Math.min((step + 1) * batchSize, countSamples(data)));
    await callbacks.onTestBatchBegin(step, {});
    const { loss, metricSums } = readScores(await session.run({ ...feedsOf(batch), ...weights }), compiled);
    average.add({ loss: loss + penalty, metricSums }, countSamples(batch));
    await callbacks.onTestBatchEnd(step, average.logs());
  }
  const logs = average.logs();
  await callbacks.onTestEnd(logs);
  return logs;
}
