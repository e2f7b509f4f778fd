import { existsSync, readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import {
  apply,
  layers,
  model,
  optimizers,
  type Runtime,
  Sequential,
  type Tensor,
  tensor,
} from "../../src/index.js";
import { relativeError } from "../lowering/compare.js";
import { inTurn, noise } from "../model/tiny.js";
import { expectWeights, planned } from "./planned.js";

/** With fewer pixels one thread would do it all. */
const side = 20;
const classes = 3;

function network(runtime: Runtime): Sequential {
  const model = new Sequential(
    [
      layers.input({ shape: [side, side, 3] }),
      layers.conv2d({ filters: 8, kernelSize: 3, padding: "same" }),
      layers.batchNormalization(),
      layers.activation({ activation: "relu" }),
      layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d(),
      layers.flatten(),
      layers.dropout({ rate: 0.2 }),
      // As large as optimizers want to share.
      layers.dense({ units: 120, activation: "relu" }),
      layers.dense({ units: classes, activation: "softmax" }),
    ],
    { seed: 4, runtime },
  );
  const optimizer = optimizers.sgd({ learningRate: 1e-3 });
  model.compile({ optimizer, loss: "categoricalCrossentropy" });
  return model;
}

/** Layers that few networks have. */
function rareNetwork(runtime: Runtime): Sequential {
  const model = new Sequential(
    [
      layers.input({ shape: [side, side, 3] }),
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 4 }),
      layers.layerNormalization(),
      layers.conv2d({ filters: 8, kernelSize: 3, groups: 4 }),
      layers.prelu({ sharedAxes: [1, 2], alphaInitializer: "heNormal" }),
      layers.groupNormalization({ groups: 2 }),
      layers.upSampling2d({ interpolation: "bilinear" }),
      layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu" }),
      layers.flatten(),
      layers.dense({ units: classes, activation: "softmax" }),
    ],
    { seed: 4, runtime },
  );
  model.compile({ optimizer: optimizers.sgd({ learningRate: 1e-3 }), loss: "categoricalCrossentropy" });
  return model;
}

/** So large that its work is divided into more parts than there are threads. */
function largeNetwork(runtime: Runtime): Sequential {
  const model = new Sequential(
    [
      layers.input({ shape: [side, side, 3] }),
      layers.conv2d({ filters: 16, kernelSize: 3, padding: "same" }),
      layers.batchNormalization(),
      layers.activation({ activation: "relu" }),
      layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d(),
      layers.flatten(),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: 256, activation: "relu" }),
      layers.dense({ units: classes, activation: "softmax" }),
    ],
    { seed: 4, runtime },
  );
  model.compile({ optimizer: optimizers.sgd({ learningRate: 1e-3 }), loss: "categoricalCrossentropy" });
  return model;
}

/** Takes a processor now and then, so that the others' threads are not equally fast. */
function disturb(): Worker {
  const program = `
    const { workerData } = require("node:worker_threads");
    for (;;) {
      const end = performance.now() + 3 * Math.random();
      while (performance.now() < end);
      Atomics.wait(new Int32Array(workerData), 0, 0, 3 * Math.random());
    }`;
  return new Worker(program, { eval: true, workerData: new SharedArrayBuffer(4) });
}

/** So small that one thread computes it. */
function smallNetwork(runtime: Runtime): Sequential {
  const model = new Sequential(
    [
      layers.input({ shape: [side, side, 3] }),
      layers.conv2d({ filters: 2, kernelSize: 3, activation: "relu" }),
      layers.flatten(),
      layers.dense({ units: classes, activation: "softmax" }),
    ],
    { seed: 4, runtime },
  );
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  return model;
}

function data(count: number): [Tensor<"float32">, Tensor<"float32">] {
  const x = tensor("float32", [count, side, side, 3], noise(count * side * side * 3));
  return [x, inTurn(count, classes, 5)];
}

/** Every fourth batch is a partial one. */
async function train(runtime: Runtime, count = 29, make = network, batchSize = 8) {
  const model = make(runtime);
  const [x, y] = data(count);
  const { history } = await model.fit(x, y, { epochs: 5, batchSize, verbose: 0 });
  const predictions = (await model.predict(x, { batchSize: 10 })).data;
  const result = { history, predictions, weights: model.getWeights() };
  await model.dispose();
  return result;
}

describe("threads over the images of a batch", () => {
  it.each([2, 3])("train the model that one thread trains: %i", async (threads) => {
    const [one, several] = [await train(await planned(1)), await train(await planned(threads))];
    for (const [i, weights] of one.weights.entries()) {
      // The first bias is only moved by rounding: the normalization behind it takes it out again.
      if (i === 1) continue;
      expect(relativeError(several.weights[i] ?? [], weights), `weight ${i}`).toBeLessThan(1e-5);
    }
    expect(relativeError(several.predictions, one.predictions)).toBeLessThan(1e-5);
  });

  it.each([2, 3])("give the same bytes every time: %i", async (threads) => {
    expect(await train(await planned(threads))).toEqual(await train(await planned(threads)));
  });

  it.each([2, 3])("give the same bytes whichever of them is the slower one: %i", async (threads) => {
    const trained = async () => train(await planned(threads), 200, largeNetwork, 64);
    const wanted = await trained();
    const disturbing = disturb();
    const got = [await trained(), await trained()];
    await disturbing.terminate();
    expect(got).toEqual([wanted, wanted]);
    for (const [i, weights] of (await train(await planned(1), 200, largeNetwork, 64)).weights.entries()) {
      // The first bias is only moved by rounding, as above.
      if (i === 1) continue;
      expect(relativeError(wanted.weights[i] ?? [], weights), `weight ${i}`).toBeLessThan(1e-4);
    }
  });

  it("train layers that few networks have alike, and to the same bytes every time", async () => {
    const [one, two] = [
      await train(await planned(1), 29, rareNetwork),
      await train(await planned(2), 29, rareNetwork),
    ];
    for (const [i, weights] of one.weights.entries()) {
      expect(relativeError(two.weights[i] ?? [], weights), `weight ${i}`).toBeLessThan(1e-5);
    }
    expect(await train(await planned(2), 29, rareNetwork)).toEqual(two);
  });

  it("may be more than there are images", async () => {
    const [one, four] = [await train(await planned(1), 3), await train(await planned(4), 3)];
    expect(relativeError(four.predictions, one.predictions)).toBeLessThan(1e-5);
  });

  it("divide the weights of dense layers, also for one image, and where two layers read the same values", async () => {
    const trained = async (threads: number, count: number) => {
      const x = layers.input({ shape: [9, 9, 3] });
      const pixels = apply(layers.flatten(), x);
      const wide = apply(layers.dense({ units: 512, activation: "relu" }), pixels);
      // A number of features that threads cannot share out evenly.
      const branch = () => apply(layers.dense({ units: 517, useBias: false }), wide);
      const both = apply(layers.add(), [branch(), branch()]);
      const scores = apply(layers.dense({ units: classes, activation: "softmax" }), both);
      const net = model({ inputs: x, outputs: scores, seed: 4, runtime: await planned(threads) });
      net.compile({ optimizer: optimizers.sgd({ learningRate: 0.01 }), loss: "categoricalCrossentropy" });
      const images = tensor("float32", [count, 9, 9, 3], noise(count * 243));
      const targets = inTurn(count, classes);
      await net.fit(images, targets, { epochs: 2, batchSize: count, shuffle: false, verbose: 0 });
      const weights = net.getWeights();
      await net.dispose();
      return weights.map((values) => Float32Array.from(values));
    };
    const bytes = (weights: readonly Float32Array[]) =>
      Buffer.concat(weights.map(({ buffer }) => Buffer.from(buffer)));
    for (const count of [1, 9]) {
      const one = await trained(1, count);
      for (const threads of [2, 3]) {
        const several = await trained(threads, count);
        expectWeights(several, one, 1e-5);
        const again = await trained(threads, count);
        expect(bytes(again).equals(bytes(several)), `${threads} threads, the same bytes`).toBe(true);
      }
    }
  });

  it("give the same bytes beside JavaScript's thread, which has time for other things meanwhile", async () => {
    let turns = 0;
    const clock = setInterval(() => turns++, 1);
    const beside = await train(await planned(2, true));
    clearInterval(clock);
    expect(beside).toEqual(await train(await planned(2)));
    expect(turns).toBeGreaterThan(0);
  });

  it("give the same bytes beside JavaScript's thread where only one computes", async () => {
    const [x, y] = data(14);
    const trained = async (runtime: Runtime) => {
      const model = smallNetwork(runtime);
      const options = { epochs: 3, batchSize: 8, validationData: [x, y], verbose: 0 } as const;
      const { history } = await model.fit(x, y, options);
      const result = { history, weights: model.getWeights() };
      await model.dispose();
      return result;
    };
    expect(await trained(await planned(2, true))).toEqual(await trained(await planned(2)));
  });

  it("are started again for a model that is used after it was disposed", async () => {
    const [x, y] = data(29);
    const fitting = { epochs: 2, batchSize: 8, verbose: 0 } as const;
    const [whole, twice] = [network(await planned(2)), network(await planned(2))];
    await whole.fit(x, y, fitting);
    await whole.fit(x, y, fitting);
    await twice.fit(x, y, fitting);
    await twice.dispose();
    await twice.fit(x, y, fitting);
    expect(twice.getWeights()).toEqual(whole.getWeights());
    for (const model of [whole, twice]) await model.dispose();
  });

  it("serve several models of a runtime at once", async () => {
    for (const background of [false, true]) {
      const runtime = await planned(2, background);
      const wanted = await train(runtime);
      const together = await Promise.all([train(runtime), train(runtime), train(runtime)]);
      for (const one of together) expect(one).toEqual(wanted);
    }
  });

  it("serve several passes of a model at once", async () => {
    const [x, y] = data(20);
    const model = network(await planned(2, true));
    const wanted = await model.predict(x);
    const loss = await model.evaluate(x, y);
    const passes = await Promise.all([model.predict(x), model.evaluate(x, y), model.predict(x)]);
    expect(passes).toEqual([wanted, loss, wanted]);
    await model.dispose();
  });
});

describe.skipIf(!existsSync("/proc/self/task"))("the threads of a runtime", () => {
  const running = () => readdirSync("/proc/self/task").length;
  /** Threads take a moment to end. */
  const settled = () => new Promise((resolve) => setTimeout(resolve, 200));
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;

  it("end with the models that used them", async () => {
    const runtime = await planned(3);
    await train(runtime);
    const before = running();
    for (let i = 0; i < 20; i++) await train(runtime, 4);
    await settled();
    expect(running()).toBeLessThanOrEqual(before);
  });

  it("end with a model that is used after it was disposed, and then let go", async () => {
    const runtime = await planned(3);
    const [x] = data(24);
    const use = async (last: (model: Sequential) => Promise<void>) => {
      const model = network(runtime);
      await model.predict(x, { batchSize: 24 });
      await model.dispose();
      await model.predict(x, { batchSize: 24 });
      await last(model);
    };
    await use((model) => model.dispose());
    await settled();
    const before = running();
    for (let i = 0; i < 3; i++) await use(async () => {});
    expect(running()).toBeGreaterThan(before);
    for (let i = 0; i < 100 && running() > before; i++) {
      collectGarbage();
      await settled();
    }
    expect(running()).toBeLessThanOrEqual(before);
  });
});
