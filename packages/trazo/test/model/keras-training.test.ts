import { describe, expect, it } from "vitest";
import { layers, nodeRuntime, optimizers, sequential, type Tensor } from "../../src/index.js";
import {
  largestDeviation,
  readKerasFixture,
  type Serialized,
  type StoredTensor,
  stored,
} from "../fixtures/keras/keras-fixtures.js";
import { deserializeLayer } from "../layers/deserialize-layer.js";

interface TrainingCase {
  readonly layers: readonly Serialized[];
  readonly inputShape: readonly number[];
  readonly lossName: string;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly x: StoredTensor;
  readonly y: StoredTensor;
  readonly start: readonly StoredTensor[];
  /** Of the first batch, before any step. */
  readonly first: {
    readonly outputs: StoredTensor;
    readonly loss: number;
    readonly gradients: readonly StoredTensor[];
  };
  readonly epochs: readonly {
    readonly loss: number;
    readonly valLoss: number;
    readonly weights: readonly StoredTensor[];
  }[];
  /** Of the first batch, in inference mode, after the last epoch. */
  readonly predictions: StoredTensor;
}

const cases = readKerasFixture<Record<string, TrainingCase>>("training.json");
const runtime = nodeRuntime({ threads: 1 });

function modelOf(given: TrainingCase, learningRate: number) {
  const model = sequential(
    [
      layers.input({ shape: given.inputShape }),
      ...given.layers.map((layer) => deserializeLayer(layer, "fixture")),
    ],
    { seed: 1, runtime },
  );
  model.setWeights(given.start.map(({ data }) => Float32Array.from(data)));
  model.compile({ optimizer: optimizers.sgd({ learningRate }), loss: given.lossName });
  return model;
}

const rows = (x: Tensor<"float32">, from: number, to: number): Tensor<"float32"> => {
  const size = x.data.length / (x.shape[0] as number);
  return { ...x, shape: [to - from, ...x.shape.slice(1)], data: x.data.slice(from * size, to * size) };
};

describe.each(Object.entries(cases))("%s", (_, given) => {
  const [x, y] = [stored(given.x), stored(given.y)];
  const { batchSize, learningRate } = given;
  const plain = { batchSize, shuffle: false, verbose: 0 } as const;

  it("has Keras's loss and gradients on the first batch", async () => {
    const model = modelOf(given, 1);
    const { history } = await model.fit(rows(x, 0, batchSize), rows(y, 0, batchSize), plain);
    expect(Math.abs((history.loss?.[0] as number) - given.first.loss)).toBeLessThan(2e-6);
    // A step of gradient descent with a rate of 1 moves each weight by its gradient.
    const after = model.getWeights();
    const trainable = model.definition.variables.flatMap(({ spec }, i) => (spec.trainable ? [i] : []));
    expect(trainable).toHaveLength(given.first.gradients.length);
    for (const [k, gradient] of given.first.gradients.entries()) {
      const at = trainable[k] as number;
      const moved = (after[at] as Float32Array).map(
        (value, i) => (given.start[at]?.data[i] as number) - value,
      );
      expect(largestDeviation(moved, gradient.data)).toBeLessThan(2e-6);
    }
    await model.dispose();
  });

  it("has Keras's loss, validation loss and weights, epoch after epoch", async () => {
    const model = modelOf(given, learningRate);
    const count = x.shape[0] as number;
    const heldOut = [rows(x, count - batchSize, count), rows(y, count - batchSize, count)] as const;
    for (const [epoch, wanted] of given.epochs.entries()) {
      const { history } = await model.fit(x, y, {
        ...plain,
        initialEpoch: epoch,
        epochs: epoch + 1,
        validationData: heldOut,
      });
      expect(Math.abs((history.loss?.[0] as number) - wanted.loss)).toBeLessThan(5e-6);
      expect(Math.abs((history.val_loss?.[0] as number) - wanted.valLoss)).toBeLessThan(5e-6);
      for (const [i, weight] of model.getWeights().entries()) {
        expect(largestDeviation(weight, (wanted.weights[i] as StoredTensor).data)).toBeLessThan(5e-6);
      }
    }
    const predicted = await model.predict(rows(x, 0, batchSize), { batchSize });
    expect(largestDeviation(predicted.data, given.predictions.data)).toBeLessThan(5e-6);
    await model.dispose();
  });
});
