import { expect, it } from "vitest";
import { layers, nodeRuntime, Sequential, tensor } from "../../src/index.js";
import { noise, oneHot } from "../model/tiny.js";

/** The moving variances after some steps of a network whose first convolution gives zeros only. */
async function varianceAfter(steps: number, engine: "plan" | "graph"): Promise<number[]> {
  const runtime = await nodeRuntime({ threads: 1, engine });
  const model = new Sequential(
    [
      layers.input({ shape: [6, 6, 2] }),
      layers.conv2d({ filters: 8, kernelSize: 3, kernelInitializer: "zeros", trainable: false }),
      layers.batchNormalization({ momentum: 1e-12, name: "normalization" }),
      layers.flatten(),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed: 2, runtime },
  );
  model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
  const [x, y] = [tensor("float32", [4, 6, 6, 2], noise(4 * 6 * 6 * 2)), oneHot([0, 1, 2, 0], 3)];
  for (let i = 0; i < steps; i++) await model.trainOnBatch(x, y);
  const variance = model.getLayer("normalization").getWeights().at(-1);
  await model.dispose();
  return [...(variance ?? [])];
}

it.each(["plan", "graph"] as const)("a channel that has died fades to zero: %s", async (engine) => {
  const faded = await varianceAfter(2, engine);
  for (const value of faded) expect(value / 1e-24).toBeCloseTo(1, 5);
  expect(await varianceAfter(3, engine)).toEqual(Array(8).fill(0));
});
