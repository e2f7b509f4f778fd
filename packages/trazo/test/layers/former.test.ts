import { expect, it } from "vitest";
import { layers, nodeRuntime, sequential } from "../../src/index.js";

import {
  caseName,
  largestDeviation,
  readKerasFixture,
  type Serialized,
  type StoredTensor,
  stored,
} from "../fixtures/keras/keras-fixtures.js";
import { deserializeLayer } from "./deserialize-layer.js";

interface FormerCase {
  readonly layer: Serialized;
  readonly x: StoredTensor;
  readonly y: StoredTensor;
}

const cases = readKerasFixture<FormerCase[]>("classes/former.json");

it.each(cases.map((given) => [caseName(given.layer), given] as const))(
  "%s, which Keras 3 no longer has, is read as what computes the same",
  async (_, { layer, x, y }) => {
    const runtime = await nodeRuntime({ threads: 1 });
    const model = sequential(
      [layers.input({ shape: x.shape.slice(1) }), deserializeLayer(layer, "fixture")],
      { runtime },
    );
    expect(largestDeviation((await model.predict(stored(x))).data, y.data)).toBeLessThan(1e-6);
    await model.dispose();
  },
);
