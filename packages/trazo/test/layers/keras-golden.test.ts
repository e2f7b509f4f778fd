import { describe, expect, it } from "vitest";
import { layers, sequential, tensor } from "../../src/index.js";
import {
  caseName,
  largestDeviation,
  readKerasFixture,
  type Serialized,
  type StoredTensor,
  stored,
} from "../fixtures/keras/keras-fixtures.js";
import { deserializeLayer } from "./deserialize-layer.js";

interface LayerCase {
  readonly layer: Serialized;
  readonly inputShape: readonly number[];
  readonly weights: readonly StoredTensor[];
  readonly x: StoredTensor;
  readonly y: StoredTensor;
  /** What it gives in training, and its weights after that. */
  readonly trained?: StoredTensor;
  readonly weightsAfter?: readonly StoredTensor[];
}

const cases = readKerasFixture<LayerCase[]>("layers.json");

function modelOf({ layer, inputShape, weights }: LayerCase) {
  const model = sequential([layers.input({ shape: inputShape }), deserializeLayer(layer, "fixture")]);
  model.setWeights(weights.map(({ data }) => Float32Array.from(data)));
  return model;
}

const named = (some: readonly LayerCase[]) => some.map((given) => [caseName(given.layer), given] as const);

describe("layers compute what Keras's compute", () => {
  it.each(named(cases))("%s", async (_, given) => {
    const model = modelOf(given);
    const predicted = await model.predict(stored(given.x));
    await model.dispose();
    expect(predicted.shape).toEqual(given.y.shape);
    expect(largestDeviation(predicted.data, given.y.data)).toBeLessThan(2e-6);
  });
});

describe("in training", () => {
  const trained = cases.filter(({ trained }) => trained);

  it.each(named(trained))("%s normalizes and moves its averages as Keras does", async (_, given) => {
    const { x, trained, weightsAfter } = given as LayerCase &
      Required<Pick<LayerCase, "trained" | "weightsAfter">>;
    const model = modelOf(given);
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    model.optimizer.learningRate = 0;
    // Targets of 0 make the loss the mean square of what the layer gave.
    const zeros = tensor("float32", trained.shape, new Float32Array(trained.data.length));
    const { history } = await model.fit(stored(x), zeros, {
      batchSize: x.shape[0] as number,
      epochs: 1,
      verbose: 0,
    });
    await model.dispose();
    const meanSquare = trained.data.reduce((sum, value) => sum + value * value, 0) / trained.data.length;
    expect(Math.abs((history.loss?.[0] as number) - meanSquare)).toBeLessThan(2e-6);
    for (const [i, weight] of model.getWeights().entries()) {
      expect(largestDeviation(weight, (weightsAfter[i] as StoredTensor).data)).toBeLessThan(2e-6);
    }
  });
});
