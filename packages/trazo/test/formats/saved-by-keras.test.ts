import { beforeAll, describe, expect, it } from "vitest";
import { divide, loadMnist, loadModel, type Model, toCategorical } from "../../src/index.js";
import { type Tensor, takeRows } from "../../src/tensor.js";
import { kerasFixture, largestDeviation, readKerasFixture } from "../fixtures/keras/keras-fixtures.js";
import { compiledNetwork } from "./practice-network.js";

/** What interop/keras/make_saved_fixtures.py wrote of a model: it is in every one of the files. */
interface Saved {
  readonly files: readonly string[];
  readonly loss: number;
  readonly accuracy: number;
  readonly iterations: number;
  /** Of the first test images: base64 of float32. */
  readonly predictions: string;
  /** Of three more steps. Absent where dropout makes them random; there is a twin at rate 0. */
  readonly losses?: readonly number[];
}

const count = 1000;
let images: Tensor;
let targets: Tensor<"float32">;
beforeAll(async () => {
  const { test } = await loadMnist();
  const rows = Array.from({ length: count }, (_, i) => i);
  images = divide(takeRows(test.images, rows), 255);
  targets = toCategorical(takeRows(test.labels, rows), 10);
});

const predictionsOf = ({ predictions }: Saved): Float32Array => {
  const bytes = Buffer.from(predictions, "base64");
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};

/** The losses of one step each on the first batches. */
async function nextLosses(model: Model, steps: number): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const rows = Array.from({ length: 32 }, (_, i) => step * 32 + i);
    const once = { batchSize: 32, epochs: 1, shuffle: false, verbose: 0 } as const;
    const { history } = await model.fit(takeRows(images, rows), takeRows(targets, rows), once);
    losses.push(history.loss?.[0] as number);
  }
  return losses;
}

const weightsOnly = (file: string): boolean => /weights/.test(file);
/** The legacy layout has no place for an optimizer, and Keras 2 stores none of its optimizers of old elsewhere. */
const withoutOptimizer = (file: string): boolean => file.endsWith("legacy-weights.h5");

async function open(file: string, name: string): Promise<Model> {
  const path = kerasFixture(`saved/${file}`);
  if (!weightsOnly(file)) return await loadModel(path);
  const model = compiledNetwork(name);
  await model.loadWeights(path);
  return model;
}

describe.each(["tf_keras", "keras3", "keras2"])("saved by %s:", (peer) => {
  const models = Object.entries(readKerasFixture<Record<string, Saved>>(`saved/${peer}.json`));
  const cases = models.flatMap(([name, saved]) => saved.files.map((file) => [file, name, saved] as const));

  it.each(cases)("%s predicts, evaluates and trains on as there", async (file, name, saved) => {
    const model = await open(file, name);
    const { data } = await model.predict(images, { batchSize: 128 });
    const wanted = predictionsOf(saved);
    expect(largestDeviation(data.subarray(0, wanted.length), wanted)).toBeLessThan(1e-5);
    const scores = await model.evaluate(images, targets, { batchSize: 128 });
    expect(Math.abs((scores.loss as number) - saved.loss)).toBeLessThan(1e-5);
    expect(scores.accuracy).toBeCloseTo(saved.accuracy, 6);
    if (saved.losses && !withoutOptimizer(file)) {
      expect(model.optimizer.iterations).toBe(saved.iterations);
      const losses = await nextLosses(model, saved.losses.length);
      for (const [i, loss] of saved.losses.entries())
        expect(Math.abs((losses[i] as number) - loss)).toBeLessThan(1e-4);
    }
    await model.dispose();
  });
});
