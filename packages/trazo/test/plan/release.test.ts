import { expect, it } from "vitest";
import { layers, nodeRuntime, type Runtime, sequential, tensor } from "../../src/index.js";
import { loadOrtApi } from "../../src/node/runtime/ort-api.js";
import { OrtBlas } from "../../src/node/runtime/ort-blas.js";
import { productModel } from "../../src/onnx/product-model.js";
import type { PlanSupport } from "../../src/runtime/runtime.js";
import { inTurn, noise } from "../model/tiny.js";

/** A runtime of one thread that says how many products ONNX Runtime holds the addresses of. */
async function counting(): Promise<{ readonly runtime: Runtime; held(): number }> {
  const [api, runtime] = [loadOrtApi(), await nodeRuntime({ threads: 1, engine: "plan" })];
  let held = 0;
  const counted: typeof api = {
    ...api,
    createBinding(session) {
      held++;
      return api.createBinding(session);
    },
    releaseBinding(binding) {
      held--;
      api.releaseBinding(binding);
    },
  };
  const plan: PlanSupport = {
    ...(runtime.plan as PlanSupport),
    blas: (memory) => new OrtBlas(counted, () => memory.buffer, productModel),
  };
  return { runtime: { ...runtime, plan }, held: () => held };
}

it("programs that are no longer needed are let go with their products", async () => {
  const { runtime, held } = await counting();
  const model = sequential(
    [
      layers.input({ shape: [8, 8, 1] }),
      layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
      layers.flatten(),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed: 1, runtime },
  );
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  const x = tensor("float32", [12, 8, 8, 1], noise(12 * 64));
  const y = inTurn(12, 3);
  const counts: number[] = [];
  for (let i = 0; i < 3; i++) {
    for (const batchSize of [4, 6]) await model.fit(x, y, { batchSize, epochs: 1, verbose: 0 });
    counts.push(held());
  }
  expect(counts[0]).toBeGreaterThan(0);
  expect(counts).toEqual(counts.map(() => counts[0]));
  await model.dispose();
  expect(held()).toBe(0);
});
