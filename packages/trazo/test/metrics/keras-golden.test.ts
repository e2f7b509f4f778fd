import { describe, expect, it } from "vitest";
import { layers, sequential, tensor } from "../../src/index.js";
import { deserializeMetric } from "../../src/metrics/registry.js";
import {
  caseName,
  readKerasFixture,
  type Serialized,
  type StoredTensor,
  stored,
} from "../fixtures/keras/keras-fixtures.js";

interface MetricCase {
  readonly metric: Serialized;
  readonly target: StoredTensor;
  readonly prediction: StoredTensor;
  readonly value: number;
}

describe("metrics are Keras's, ties included", () => {
  it.each(
    readKerasFixture<MetricCase[]>("metrics.json").map((given) => [caseName(given.metric), given] as const),
  )("%s", async (_, { metric: config, target, prediction, value }) => {
    // A model that hands its input on.
    const model = sequential([
      layers.input({ shape: prediction.shape.slice(1) }),
      layers.activation({ activation: "linear" }),
    ]);
    const metric = deserializeMetric(config, "fixture");
    const isSparse = target.shape.length === 1;
    model.compile({
      loss: isSparse ? "sparseCategoricalCrossentropy" : "meanSquaredError",
      metrics: [metric],
    });
    const targets = isSparse ? tensor("int32", target.shape, Int32Array.from(target.data)) : stored(target);
    const scores = await model.evaluate(stored(prediction), targets);
    await model.dispose();
    expect(scores[metric.name]).toBeCloseTo(value, 6);
  });
});
