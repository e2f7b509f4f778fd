import { describe, expect, it } from "vitest";
import { bounds, guardedEvery } from "../../src/graph/subnormals.js";
import {
  layers,
  nodeRuntime,
  type Optimizer,
  optimizers,
  type Runtime,
  regularizers,
  type Sequential,
  sequential,
  tensor,
} from "../../src/index.js";
import type { Regularizer } from "../../src/regularizers/regularizer.js";
import { noise, oneHot } from "./tiny.js";

const samples = 24;
const labels = Array.from({ length: samples }, (_, i) => i % 3);
const targets = oneHot(labels, 3);
/** Three classes far apart, and two pixels that are always 0: their weights have no gradient. */
const pixels = tensor(
  "float32",
  [samples, 6],
  Float32Array.from(noise(samples * 6), (v, i) => {
    const [sample, pixel] = [Math.floor(i / 6), i % 6];
    return pixel > 3 ? 0 : v / 4 + (pixel === labels[sample] ? 2 : 0);
  }),
);

/** The runtime, with the latest gradient of each variable kept. */
async function watched(latest: Map<string, Float32Array>): Promise<Runtime> {
  const runtime = await nodeRuntime({ threads: 1 });
  return {
    name: runtime.name,
    lowering: runtime.lowering,
    async load(model) {
      const session = await runtime.load(model);
      return {
        async run(feeds, into) {
          const outputs = await session.run(feeds, into);
          for (const [name, { data }] of Object.entries(into ?? {})) {
            if (name.startsWith("gradient/")) latest.set(name, Float32Array.from(data as Float32Array));
          }
          return outputs;
        },
        release: () => session.release(),
      };
    },
  };
}

function network(runtime: Runtime, optimizer: Optimizer, penalty: Regularizer | undefined): Sequential {
  const dense = {
    units: 8,
    activation: "relu",
    kernelRegularizer: penalty,
    biasRegularizer: penalty,
  } as const;
  const model = sequential(
    [
      layers.input({ shape: [6] }),
      layers.dense(dense),
      layers.batchNormalization({ betaRegularizer: penalty, gammaRegularizer: penalty }),
      layers.dense(dense),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed: 3, runtime },
  );
  model.compile({ optimizer, loss: "categoricalCrossentropy" });
  return model;
}

const made: Readonly<Record<string, () => Optimizer>> = {
  adam: () => optimizers.adam({ learningRate: 0.01 }),
  "adam, amsgrad": () => optimizers.adam({ learningRate: 0.01, amsgrad: true }),
  "adam, clipped": () => optimizers.adam({ learningRate: 0.01, globalClipnorm: 0.1 }),
  adamW: () => optimizers.adamW({ learningRate: 0.01, weightDecay: 5 }),
  sgd: () => optimizers.sgd({ learningRate: 0.1 }),
  "sgd, momentum": () => optimizers.sgd({ learningRate: 0.05, momentum: 0.9 }),
  "sgd, nesterov": () => optimizers.sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }),
  rmsprop: () => optimizers.rmsprop({ learningRate: 0.01 }),
  "rmsprop, centered, momentum": () =>
    optimizers.rmsprop({ learningRate: 0.001, centered: true, momentum: 0.5 }),
};
const penalties: Readonly<Record<string, Regularizer | undefined>> = {
  none: undefined,
  l1: regularizers.l1(0.003),
  l2: regularizers.l2(0.3),
  "l1 and l2": regularizers.l1l2({ l1: 0.001, l2: 0.1 }),
};

describe.each(Object.entries(made))("a long run with %s", (_, optimizer) => {
  it.each(Object.entries(penalties))(
    "leaves no number near the subnormal ones, penalty %s",
    async (_, penalty) => {
      const gradients = new Map<string, Float32Array>();
      const runtime = await watched(gradients);
      const model = network(runtime, optimizer(), penalty);
      // Whose last step is one that keeps the slots' bounds.
      const epochs = 219;
      expect((epochs * (samples / 8) - 1) % guardedEvery).toBe(0);
      await model.fit(pixels, targets, { epochs, batchSize: 8, verbose: 0 });
      const { trainableVariables } = model.definition;
      for (const { path, data } of trainableVariables) expect(count(data, bounds.weight), path).toBe(0);
      for (const slot of model.engine.slots.flat()) expect(count(slot, bounds.gradient)).toBe(0);
      expect(gradients.size).toBe(trainableVariables.length);
      for (const [name, gradient] of gradients) expect(count(gradient, 2 ** -126), name).toBe(0);
      await model.dispose();
    },
  );
});

const count = (values: Float32Array, bound: number): number =>
  values.reduce((sum, x) => sum + (x !== 0 && Math.abs(x) < bound ? 1 : 0), 0);

describe("the moving averages of a batch normalization whose channel has died", () => {
  it("become 0 instead of shrinking forever", async () => {
    const model = sequential(
      [
        layers.input({ shape: [2] }),
        layers.batchNormalization({ momentum: 0.5, movingMeanInitializer: "ones" }),
        layers.dense({ units: 1 }),
      ],
      { seed: 1, runtime: await nodeRuntime({ threads: 1 }) },
    );
    model.compile({ optimizer: optimizers.sgd(), loss: "meanSquaredError" });
    const x = tensor("float32", [4, 2], Float32Array.of(0, 1, 0, 2, 0, 3, 0, 4));
    await model.fit(x, tensor("float32", [4, 1], new Float32Array(4)), { epochs: 110, verbose: 0 });
    const average = (name: string): Float32Array =>
      model.definition.variables.find(({ path }) => path.endsWith(name))?.data as Float32Array;
    expect([...average("moving_mean")]).toEqual([0, 2.5]);
    expect([...average("moving_variance")]).toEqual([0, 1.25]);
    await model.dispose();
  });
});
