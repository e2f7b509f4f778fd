import { describe, expect, it } from "vitest";
import {
  type Batch,
  type Loss,
  layers,
  optimizers,
  sequential,
  type Tensor,
  tensor,
  tensorDataset,
} from "../../src/index.js";
import { deserializeLoss } from "../../src/losses/registry.js";
import { deserializeMetric } from "../../src/metrics/registry.js";
import {
  caseName,
  largestDeviation,
  readKerasFixture,
  type Serialized,
  type StoredTensor,
  stored,
} from "../fixtures/keras/keras-fixtures.js";

interface PixelCase {
  readonly loss: Serialized;
  readonly target: StoredTensor;
  readonly prediction: StoredTensor;
  readonly sampleWeight: StoredTensor;
  readonly value: number;
  readonly gradient: StoredTensor;
  readonly metrics: readonly { readonly metric: Serialized; readonly weighted: number }[];
}

const cases = readKerasFixture<PixelCase[]>("classes/pixel-weights.json");

/** A model that adds a number of its own to every output: its gradient is that of the loss by the predictions. */
function shifting({ prediction, metrics }: PixelCase, loss: Loss) {
  const shape = prediction.shape.slice(1);
  const size = shape.reduce((a, b) => a * b, 1);
  const model = sequential(
    [
      layers.input({ shape }),
      layers.flatten(),
      layers.dense({ units: size }),
      layers.reshape({ targetShape: shape }),
    ],
    { seed: 1 },
  );
  const identity = Float32Array.from({ length: size ** 2 }, (_, i) => Number(i % (size + 1) === 0));
  model.setWeights([identity, new Float32Array(size)]);
  model.compile({
    optimizer: optimizers.sgd({ learningRate: 1 }),
    loss,
    weightedMetrics: metrics.map(({ metric }) => deserializeMetric(metric, "fixture")),
  });
  return model;
}

const targetsOf = ({ target, prediction }: PixelCase): Tensor =>
  target.shape.length < prediction.shape.length
    ? tensor("int32", target.shape, Int32Array.from(target.data))
    : stored(target);

describe.each(cases.map((given) => [caseName(given.loss), given] as const))(
  "a weight per pixel: %s",
  (_, given) => {
    const loss = deserializeLoss(given.loss, "fixture");
    const [x, y, sampleWeight] = [stored(given.prediction), targetsOf(given), stored(given.sampleWeight)];

    it("has Keras's loss and metrics", async () => {
      const model = shifting(given, loss);
      const scores = await model.evaluate(x, y, { sampleWeight, batchSize: 2 });
      expect(scores.loss).toBeCloseTo(given.value, 5);
      const found = given.metrics.map(
        ({ metric }) => scores[deserializeMetric(metric, "fixture").name] as number,
      );
      expect(
        largestDeviation(
          found,
          given.metrics.map(({ weighted }) => weighted),
        ),
      ).toBeLessThan(1e-5);
      await model.dispose();
    });

    it("has Keras's gradient", async () => {
      const model = shifting(given, loss);
      const size = given.prediction.data.length / 3;
      const before = (model.getWeights()[1] as Float32Array).slice();
      await model.trainOnBatch(x, y, { sampleWeight });
      const moved = (model.getWeights()[1] as Float32Array).map((value, i) => (before[i] as number) - value);
      const wanted = Array.from({ length: size }, (_, i) =>
        [0, 1, 2].reduce((sum, sample) => sum + (given.gradient.data[sample * size + i] as number), 0),
      );
      expect(largestDeviation(moved, wanted)).toBeLessThan(1e-5);
      await model.dispose();
    });

    it("is the same with batches that a program makes", async () => {
      const model = shifting(given, loss);
      const wanted = await model.evaluate(x, y, { sampleWeight });
      const batches = (): Batch[] => [{ x, y, sampleWeight }];
      expect(await model.evaluate(batches)).toEqual(wanted);
      await model.dispose();
    });
  },
);

const [segments] = cases as [PixelCase];
const loss = deserializeLoss(segments.loss, "fixture");
const [x, y] = [stored(segments.prediction), targetsOf(segments)];

it("pixels without weight do not train", async () => {
  const [one, other] = [shifting(segments, loss), shifting(segments, loss)];
  const sampleWeight = tensor(
    "uint8",
    [3, 4, 5],
    new Uint8Array(60).map((_, i) => Number(i % 2 === 0)),
  );
  const changed = Int32Array.from(y.data as Int32Array, (label, i) =>
    i % 2 === 0 ? label : (label + 1) % 3,
  );
  await one.fit(x, y, { sampleWeight, epochs: 2, verbose: 0 });
  await other.fit(x, tensor("int32", [3, 4, 5], changed), { sampleWeight, epochs: 2, verbose: 0 });
  expect(one.getWeights()).toEqual(other.getWeights());
});

it("weights of validation data and weights of one number for each sample are taken as well", async () => {
  const model = shifting(segments, loss);
  const perPixel = tensor(
    "float32",
    [3, 4, 5],
    Float32Array.from({ length: 60 }, (_, i) => (i < 20 ? 2 : 1)),
  );
  const perSample = tensor("float32", [3, 1], Float32Array.of(2, 1, 1));
  const validated = await model.fit(x, y, { epochs: 0, verbose: 0, validationData: [x, y, perPixel] });
  expect(validated.history).toEqual({});
  expect((await model.evaluate(x, y, { sampleWeight: perSample })).loss).toBeCloseTo(
    (await model.evaluate(x, y, { sampleWeight: perPixel })).loss as number,
    6,
  );
  const { history } = await model.fit(x, y, { verbose: 0, validationData: [x, y, perPixel] });
  const { loss: after } = await model.evaluate(x, y, { sampleWeight: perPixel });
  expect(history.val_loss?.[0]).toBeCloseTo(after as number, 6);
});

describe("what cannot be weighted so is refused:", () => {
  const model = shifting(segments, loss);
  const weights = (...shape: number[]): Tensor =>
    tensor("float32", shape, new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1));
  it.each([
    [
      "weights of another size",
      () => model.fit(x, y, { sampleWeight: weights(3, 4, 4), verbose: 0 }),
      /^fit: The loss "sparse_categorical_crossentropy" has numbers of shape \[4, 5\] for each sample, but sampleWeight has \[4, 4\]/,
    ],
    [
      "weights of fewer samples",
      () => model.evaluate(x, y, { sampleWeight: weights(2, 4, 5) }),
      /^evaluate: there are 3 inputs but 2 sample weights/,
    ],
    [
      "a weight that is no number",
      () =>
        model.evaluate(x, y, {
          sampleWeight: tensor("float32", [3, 4, 5], new Float32Array(60).fill(Number.NaN, 25)),
        }),
      /^evaluate: the weight of sample 1 is NaN/,
    ],
    [
      "a dataset",
      () => model.evaluate(tensorDataset(x, y), { sampleWeight: weights(3, 4, 5) }),
      /^evaluate: a dataset has one weight per sample, but sampleWeight has \[4, 5\] for each/,
    ],
    [
      "a weight for a class of pixels",
      () => model.fit(x, y, { classWeight: { 1: 2 }, verbose: 0 }),
      /classWeight is for one class per sample, but each has targets of shape \[4, 5\]/,
    ],
  ])("%s", async (_, attempt, message) => {
    await expect(attempt()).rejects.toThrow(message);
  });
});
