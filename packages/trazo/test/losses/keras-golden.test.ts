import { describe, expect, it } from "vitest";
import { layers, sequential, tensor } from "../../src/index.js";
import { deserializeLoss } from "../../src/losses/registry.js";
import {
  caseName,
  readKerasFixture,
  type Serialized,
  type StoredTensor,
  stored,
} from "../fixtures/keras/keras-fixtures.js";

interface LossCase {
  readonly loss: Serialized;
  readonly target: StoredTensor;
  readonly prediction: StoredTensor;
  readonly value: number;
}

describe("losses are Keras's", () => {
  it.each(readKerasFixture<LossCase[]>("losses.json").map((given) => [caseName(given.loss), given] as const))(
    "%s",
    async (_, { loss, target, prediction, value }) => {
      // A model that hands its input on.
      const model = sequential([
        layers.input({ shape: prediction.shape.slice(1) }),
        layers.activation({ activation: "linear" }),
      ]);
      model.compile({ loss: deserializeLoss(loss, "fixture") });
      const targets =
        target.shape.length === 1
          ? tensor("int32", target.shape, Int32Array.from(target.data))
          : stored(target);
      const scores = await model.evaluate(stored(prediction), targets);
      await model.dispose();
      expect(Math.abs((scores.loss as number) - value)).toBeLessThan(1e-6);
    },
  );
});
