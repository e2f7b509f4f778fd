import { describe, expect, it } from "vitest";
import {
  type Logs,
  layers,
  losses,
  type Metric,
  metrics,
  optimizers,
  sequential,
  tensor,
} from "../../src/index.js";
import { column, frozenLine, oneHot, runtime } from "./tiny.js";

// The model gives 2 x, so the loss of a sample is (2 x - y)^2: here 1, 4, 9, 16, 25.
const x = column([0, 0, 0, 0, 0]);
const y = column([1, 2, 3, 4, 5]);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe("scores of an epoch", () => {
  it("count every sample the same, also those of the last partial batch", async () => {
    const { history } = await frozenLine().fit(x, y, { batchSize: 2, shuffle: false, verbose: 0 });
    expect(history.loss).toEqual([11]);
  });

  it("run on from batch to batch and start again in every epoch", async () => {
    const seen: number[] = [];
    const spy = { onTrainBatchEnd: (_: number, logs: Logs) => void seen.push(logs.loss as number) };
    await frozenLine().fit(x, y, { batchSize: 2, epochs: 2, shuffle: false, verbose: 0, callbacks: [spy] });
    expect(seen).toEqual([2.5, 7.5, 11, 2.5, 7.5, 11]);
  });

  it("divide weighted losses by the number of samples, not by the sum of weights", async () => {
    const sampleWeight = [1, 0, 2, 0, 0];
    const { history } = await frozenLine().fit(x, y, { sampleWeight, verbose: 0 });
    expect(history.loss?.[0]).toBeCloseTo((1 + 2 * 9) / 5, 6);
  });

  it("weigh only weightedMetrics by the samples' weights, and divide those by the weights' sum", async () => {
    const error: Metric = {
      name: "error",
      keras: "error",
      call: (targets, predictions) => losses.meanSquaredError().call(targets, predictions),
    };
    const model = frozenLine({ metrics: [error], weightedMetrics: [error] });
    expect(model.metricsNames).toEqual(["loss", "error", "weighted_error"]);
    const sampleWeight = [1, 0, 2, 0, 0];
    const { history } = await model.fit(x, y, {
      batchSize: 2,
      sampleWeight,
      validationData: [x, y, [0, 0, 0, 1, 1]],
      verbose: 0,
    });
    expect(history.error?.[0]).toBeCloseTo(11, 5);
    expect(history.weighted_error?.[0]).toBeCloseTo((1 + 18) / 3, 5);
    expect(history.val_loss?.[0]).toBeCloseTo(41 / 5, 5);
    expect(history.val_error?.[0]).toBeCloseTo(11, 5);
    expect(history.val_weighted_error?.[0]).toBeCloseTo(41 / 2, 5);
    const scores = await model.evaluate(x, y, { sampleWeight: [0, 0, 0, 0, 0] });
    expect(scores).toEqual({ loss: 0, error: 11, weighted_error: 0 });
  });

  it("name metrics that are asked for twice apart, as Keras does", () => {
    const twice = [metrics.accuracy(), metrics.accuracy()];
    const model = frozenLine({ metrics: twice, weightedMetrics: twice });
    expect(model.metricsNames).toEqual([
      "loss",
      "accuracy",
      "accuracy_1",
      "weighted_accuracy",
      "weighted_accuracy_1",
    ]);
  });
});

describe("classWeight", () => {
  const labels = [0, 1, 1, 2];
  const samples = tensor("float32", [4, 2], new Float32Array(8));
  /** Three classes, each with probability 1/3, so that every loss is log 3. */
  const even = (loss: string) => {
    const model = sequential([layers.dense({ units: 3, activation: "softmax", inputShape: [2] })], {
      seed: 1,
      runtime,
    });
    model.compile({
      optimizer: optimizers.sgd({ learningRate: 0 }),
      loss,
      metrics: ["acc"],
      weightedMetrics: ["accuracy"],
    });
    return model;
  };
  const log3 = Math.log(3);

  it.each([
    ["one-hot targets", "categoricalCrossentropy", oneHot(labels, 3)],
    ["class numbers", "sparseCategoricalCrossentropy", tensor("uint8", [4], Uint8Array.from(labels))],
    [
      "class numbers in a column",
      "sparseCategoricalCrossentropy",
      tensor("int32", [4, 1], Int32Array.from(labels)),
    ],
  ])("multiplies the losses of %s; classes without a weight count once", async (_, loss, targets) => {
    const { history } = await even(loss).fit(samples, targets, { classWeight: { 1: 3, 2: 0.5 }, verbose: 0 });
    expect(history.loss?.[0]).toBeCloseTo(((1 + 3 + 3 + 0.5) * log3) / 4, 5);
    // Among equal probabilities the first class counts, so that only the first sample is right.
    expect(history.acc?.[0]).toBeCloseTo(1 / 4, 6);
    expect(history.accuracy?.[0]).toBeCloseTo(1 / 7.5, 6);
  });

  it("goes together with sampleWeight, as in Keras 2", async () => {
    const { history } = await even("categoricalCrossentropy").fit(samples, oneHot(labels, 3), {
      classWeight: { 1: 3 },
      sampleWeight: [1, 1, 2, 0],
      verbose: 0,
    });
    expect(history.loss?.[0]).toBeCloseTo(((1 + 3 + 6) * log3) / 4, 5);
  });

  it("does not touch validation, neither split off nor given; sample weights do", async () => {
    const { history } = await even("categoricalCrossentropy").fit(samples, oneHot(labels, 3), {
      classWeight: { 0: 10, 1: 10, 2: 10 },
      sampleWeight: [1, 1, 4, 2],
      validationSplit: 0.5,
      verbose: 0,
    });
    expect(history.loss?.[0]).toBeCloseTo(10 * log3, 4);
    expect(history.val_loss?.[0]).toBeCloseTo(3 * log3, 5);
  });
});

describe("validation", () => {
  it("comes once an epoch after training, with validationData before validationSplit", async () => {
    const { history } = await frozenLine().fit(x, y, {
      epochs: 2,
      validationData: [column([0, 0, 0]), column([6, 7, 8])],
      validationSplit: 0.4,
      batchSize: 2,
      verbose: 0,
    });
    expect(Object.keys(history)).toEqual(["loss", "val_loss"]);
    expect(history.loss).toEqual([11, 11]);
    expect(history.val_loss?.[0]).toBeCloseTo(mean([36, 49, 64]), 4);
  });

  it("takes the last part of the data with validationSplit", async () => {
    const { history } = await frozenLine().fit(x, y, { validationSplit: 0.4, verbose: 0 });
    expect(history.loss?.[0]).toBeCloseTo(mean([1, 4, 9]), 5);
    expect(history.val_loss?.[0]).toBeCloseTo(mean([16, 25]), 5);
  });

  it("uses the weights of the epoch's end", async () => {
    const model = frozenLine();
    model.compile({ optimizer: optimizers.sgd({ learningRate: 0.25 }), loss: "meanSquaredError" });
    // With x = 0 only the bias learns: its gradient is 2 (0 - 4) = -8, and so it becomes 2.
    const { history } = await model.fit(column([0]), column([4]), {
      validationData: [column([0]), column([4])],
      verbose: 0,
    });
    expect(history.loss?.[0]).toBeCloseTo(16, 5);
    expect(history.val_loss?.[0]).toBeCloseTo(4, 5);
  });

  it("happens only after every validationFreq-th epoch, or after the epochs listed", async () => {
    const options = { epochs: 5, validationData: [x, y] as const, verbose: 0 as const };
    const everySecond = await frozenLine().fit(x, y, { ...options, validationFreq: 2 });
    expect(everySecond.history.loss).toHaveLength(5);
    expect(everySecond.history.val_loss).toHaveLength(2);
    const listed: number[] = [];
    const spy = {
      onEpochEnd: (epoch: number, logs: Logs) => void ("val_loss" in logs && listed.push(epoch + 1)),
    };
    await frozenLine().fit(x, y, { ...options, validationFreq: [1, 4], callbacks: [spy] });
    expect(listed).toEqual([1, 4]);
  });

  it("stops after validationSteps batches", async () => {
    const { history } = await frozenLine().fit(x, y, {
      validationData: [x, y],
      validationBatchSize: 2,
      validationSteps: 2,
      verbose: 0,
    });
    expect(history.val_loss?.[0]).toBeCloseTo(mean([1, 4, 9, 16]), 5);
  });
});

describe("epochs", () => {
  it("count from initialEpoch up to epochs", async () => {
    const { epoch, history } = await frozenLine().fit(x, y, { initialEpoch: 3, epochs: 5, verbose: 0 });
    expect(epoch).toEqual([3, 4]);
    expect(history.loss).toHaveLength(2);
  });

  it("do not happen when initialEpoch has reached them", async () => {
    const model = frozenLine();
    expect(await model.fit(x, y, { initialEpoch: 5, epochs: 5, verbose: 0 })).toEqual({
      epoch: [],
      history: {},
    });
    expect(model.optimizer.iterations).toBe(0);
  });

  it("are counted from 0 again, in a history of its own, by the next fit, while the optimizer continues", async () => {
    const model = frozenLine();
    await model.fit(x, y, { epochs: 2, batchSize: 2, verbose: 0 });
    expect(model.optimizer.iterations).toBe(6);
    const { epoch, history } = await model.fit(x, y, { batchSize: 5, verbose: 0 });
    expect(epoch).toEqual([0]);
    expect(history.loss).toEqual([11]);
    expect(model.optimizer.iterations).toBe(7);
  });
});
