import { describe, expect, it } from "vitest";
import {
  apply,
  type Layer,
  layers,
  type Model,
  model,
  type Optimizer,
  optimizers,
  type Runtime,
  regularizers,
  type Tensor,
  tensor,
} from "../../src/index.js";
import { relativeError } from "../lowering/compare.js";
import { inTurn, noise } from "../model/tiny.js";
import { expectWeights, planned } from "./planned.js";

const classes = 5;
const side = 12;

/** A dense layer that two threads divide, one that is used twice, a large and a small convolution, penalties. */
function network(runtime: Runtime): Model {
  const kernelRegularizer = regularizers.l2(1e-3);
  const twice: Layer = layers.dense({ units: 96, activation: "tanh" });
  const images = layers.input({ shape: [side, side, 2] });
  const pixels = apply(
    layers.conv2d({ filters: 6, kernelSize: 3, activation: "relu", kernelRegularizer }),
    images,
  );
  const wide = apply(layers.dense({ units: 96, kernelRegularizer }), apply(layers.flatten(), pixels));
  const deep = apply(twice, apply(layers.batchNormalization(), apply(twice, wide)));
  const scores = apply(layers.dense({ units: classes, activation: "softmax" }), deep);
  return model({ inputs: images, outputs: scores, seed: 4, runtime });
}

function data(count: number): [Tensor<"float32">, Tensor<"float32">] {
  const x = tensor("float32", [count, side, side, 2], noise(count * side * side * 2));
  return [x, inTurn(count, classes, 3)];
}

/** Every third batch is a partial one. */
async function train(runtime: Runtime, optimizer: Optimizer) {
  const trained = network(runtime);
  trained.compile({ optimizer, loss: "categoricalCrossentropy" });
  const [x, y] = data(44);
  const { history } = await trained.fit(x, y, { epochs: 3, batchSize: 16, verbose: 0 });
  const result = { losses: history.loss as number[], weights: trained.getWeights() };
  await trained.dispose();
  return result;
}

/** Limits that nothing meets: the optimizer has to have all gradients first. */
const unmet = { clipvalue: 1e30 };

const rules: Readonly<Record<string, (options: object) => Optimizer>> = {
  Adam: (options) => optimizers.adam({ learningRate: 1e-4, ...options }),
  "AdamW, with averages of the weights": (options) =>
    optimizers.adamW({ learningRate: 1e-4, useEma: true, ...options }),
  "SGD, with momentum": (options) => optimizers.sgd({ learningRate: 1e-3, momentum: 0.9, ...options }),
};

describe("weights that move as soon as their gradients are known", () => {
  it.each(Object.entries(rules))("are those that move when all are known: %s", async (_, rule) => {
    for (const threads of [1, 2]) {
      const wanted = await train(await planned(threads), rule(unmet));
      const got = await train(await planned(threads), rule({}));
      expectWeights(got.weights, wanted.weights, 1e-6);
      expect(relativeError(got.losses, wanted.losses)).toBeLessThan(1e-6);
    }
  });

  it("have the same bytes every time, and when JavaScript's thread has no part in it", async () => {
    const once = await train(await planned(2), optimizers.adam());
    expect(await train(await planned(2), optimizers.adam())).toEqual(once);
    expect(await train(await planned(2, true), optimizers.adam())).toEqual(once);
  });

  it.each([1, 2])("stay where they are when the loss is not finite, with %i threads", async (threads) => {
    const [x, y] = data(16);
    const trained = network(await planned(threads));
    trained.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
    await trained.fit(x, y, { batchSize: 16, verbose: 0 });
    const before = trained.getWeights().map((weights) => weights.slice());
    const wrong = tensor("float32", x.shape, new Float32Array(x.data.length).fill(Number.NaN));
    const training = trained.fit(wrong, y, { batchSize: 16, verbose: 0, stopOnNonFinite: true });
    await expect(training).rejects.toThrow("NaN");
    expect(trained.getWeights()).toEqual(before);
    // The threads are ready for the next step.
    const { history } = await trained.fit(x, y, { batchSize: 16, verbose: 0, stopOnNonFinite: true });
    expect(history.loss?.[0]).toBeGreaterThan(0);
    await trained.dispose();
  });
});
