import { describe, expect, it } from "vitest";
import { loadModel } from "../../src/index.js";
import {
  kerasFixture,
  largestDeviation,
  readKerasFixture,
  type StoredTensor,
  stored,
} from "../fixtures/keras/keras-fixtures.js";

interface Models {
  readonly x: StoredTensor;
  readonly y: StoredTensor;
  readonly files: Readonly<
    Record<
      string,
      {
        readonly loss: number;
        readonly accuracy: number;
        readonly predictions: StoredTensor;
        readonly afterOneMoreEpoch: readonly StoredTensor[];
      }
    >
  >;
}

const { x, y, files } = readKerasFixture<Models>("models.json");

describe.each(Object.entries(files))("%s.h5, saved by real Keras", (name, wanted) => {
  const open = () => loadModel(kerasFixture(`${name}.h5`));

  it("predicts and evaluates as there", async () => {
    const model = await open();
    const predictions = await model.predict(stored(x));
    const scores = await model.evaluate(stored(x), stored(y));
    await model.dispose();
    expect(largestDeviation(predictions.data, wanted.predictions.data)).toBeLessThan(1e-5);
    expect(Math.abs((scores.loss as number) - wanted.loss)).toBeLessThan(1e-5);
    expect(scores.accuracy).toBeCloseTo(wanted.accuracy, 6);
  });

  it("continues training from the optimizer's state in the file", async () => {
    const model = await open();
    expect(model.optimizer.iterations).toBe(4);
    await model.fit(stored(x), stored(y), { batchSize: 12, epochs: 1, shuffle: false, verbose: 0 });
    const weights = model.getWeights();
    await model.dispose();
    for (const [i, weight] of weights.entries()) {
      expect(largestDeviation(weight, (wanted.afterOneMoreEpoch[i] as StoredTensor).data)).toBeLessThan(2e-5);
    }
  });
});
