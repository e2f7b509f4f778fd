import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AccumulatedMetric, layers, type Metric, nodeRuntime, ops, sequential, tensor } from "trazo";
import { afterAll, describe, expect, it } from "vitest";

const runtime = nodeRuntime({ threads: 1 });
const folder = mkdtempSync(join(tmpdir(), "trazo-metric-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Of all samples predicted positive, the share that is. */
const precision: AccumulatedMetric = {
  name: "precision",
  keras: "precision",
  init: () => [0, 0],
  update(targets, predictions, sampleWeight) {
    const truth = ops.reshape(ops.cast(targets, "float32"), sampleWeight.shape);
    const found = ops.reshape(ops.cast(ops.greater(predictions, 0.5), "float32"), sampleWeight.shape);
    const weighted = ops.mul(found, sampleWeight);
    return ops.stack([ops.reduceSum(ops.mul(weighted, truth)), ops.reduceSum(weighted)]);
  },
  result: ([hits = 0, all = 0]) => (all === 0 ? 0 : hits / all),
};

/** A model that predicts what it is given. */
function echo(options: { metrics?: Metric[]; weightedMetrics?: Metric[] }, learningRate = 0) {
  const model = sequential([layers.dense({ units: 1, inputShape: [1] })], { seed: 3, runtime });
  model.setWeights([Float32Array.of(1), Float32Array.of(0)]);
  model.compile({ optimizer: "sgd", loss: "mse", ...options });
  model.optimizer.learningRate = learningRate;
  return model;
}

const column = (values: readonly number[]) =>
  tensor("float32", [values.length, 1], Float32Array.from(values));
const x = column([0.9, 0.8, 0.2, 0.7, 0.6]);
const y = column([1, 0, 1, 1, 0]);

describe("a metric with a state", () => {
  it("is of all samples, not a mean of the batches' values", async () => {
    // Batches of two: 1/2, 1/1 and 0/1; of all: 2/4.
    const model = echo({ metrics: [precision] });
    expect((await model.evaluate(x, y, { batchSize: 2 })).precision).toBe(0.5);
    const { history } = await model.fit(x, y, {
      batchSize: 2,
      epochs: 2,
      shuffle: false,
      verbose: 0,
      validationData: [x, y],
    });
    expect(history.precision).toEqual([0.5, 0.5]);
    expect(history.val_precision).toEqual([0.5, 0.5]);
  });

  it("runs on from batch to batch", async () => {
    const seen: unknown[] = [];
    await echo({ metrics: [precision] }).fit(x, y, {
      batchSize: 2,
      shuffle: false,
      verbose: 0,
      callbacks: [{ onTrainBatchEnd: (_, logs) => void seen.push(logs.precision) }],
    });
    expect(seen).toEqual([1 / 2, 2 / 3, 2 / 4]);
  });

  it("has the samples' weights among weightedMetrics only", async () => {
    const model = echo({ metrics: [precision], weightedMetrics: [precision] });
    expect(model.metricsNames).toEqual(["loss", "precision", "weighted_precision"]);
    const scores = await model.evaluate(x, y, { batchSize: 2, sampleWeight: [3, 1, 9, 0.5, 0.5] });
    expect(scores.precision).toBe(0.5);
    expect(scores.weighted_precision).toBe(3.5 / 5);
  });

  it("has a state as long as the predictions ask for, beside metrics that are means", async () => {
    const counts: AccumulatedMetric = {
      name: "largest_share",
      keras: "largest_share",
      init: (shape) => new Array<number>(shape[1] as number).fill(0),
      update: (_targets, predictions) => ops.reduceSum(predictions, { axes: [0] }),
      result: (state) => Math.max(...state) / state.reduce((a, b) => a + b, 0),
    };
    const model = sequential([layers.dense({ units: 3, inputShape: [1] })], { seed: 3, runtime });
    model.setWeights([Float32Array.of(1, 2, 5), new Float32Array(3)]);
    model.compile({ optimizer: "sgd", loss: "mse", metrics: ["accuracy", counts, "binaryAccuracy"] });
    const rows = tensor("float32", [2, 3], Float32Array.of(0, 0, 1, 1, 0, 0));
    const scores = await model.evaluate(column([1, 0.25]), rows, { batchSize: 1 });
    expect(scores).toMatchObject({ accuracy: 0.5, largest_share: 5 / 8 });
    expect(scores.binary_accuracy).toBeCloseTo(1 / 3);
  });

  it("continues to the step after an interruption", async () => {
    const options = { batchSize: 1, epochs: 2, verbose: 0 as const };
    const whole = echo({ metrics: [precision], weightedMetrics: [precision] }, 0.1);
    const expected = (await whole.fit(x, y, options)).history;
    const backup = { backupDir: join(folder, "state"), saveFreq: 1 };
    const controller = new AbortController();
    let steps = 0;
    const counter = { onTrainBatchEnd: () => void (++steps === 3 && controller.abort()) };
    const first = echo({ metrics: [precision], weightedMetrics: [precision] }, 0.1);
    const { signal } = controller;
    await expect(first.fit(x, y, { ...options, backup, signal, callbacks: [counter] })).rejects.toThrow(
      /interrupted/i,
    );
    const second = echo({ metrics: [precision], weightedMetrics: [precision] }, 0.1);
    const idle = { onTrainBatchEnd: () => undefined };
    const { history } = await second.fit(x, y, { ...options, backup, callbacks: [idle] });
    expect(history).toEqual(expected);
    expect(second.getWeights()).toEqual(whole.getWeights());
  });

  it("is refused where its update does not give its state's size, saying both", async () => {
    const model = echo({ metrics: [{ ...precision, init: () => [0, 0, 0] }] });
    await expect(model.evaluate(x, y)).rejects.toThrow(
      'The metric "precision" has a state of 3 numbers, but its update gives [2]: expected [3]',
    );
  });

  it("is refused where a part is missing", () => {
    const { result, ...rest } = precision;
    expect(() => echo({ metrics: [rest as Metric] })).toThrow(/^metrics must hold names or metrics/);
  });
});
