import { readFileSync, writeFileSync } from "node:fs";
import type { Group } from "h5wasm";
import { describe, expect, it } from "vitest";
import { layers, loadModel, optimizers, type Sequential, sequential, tensor } from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { kerasFixture } from "../fixtures/keras/keras-fixtures.js";
import { writeDataset, writeHdf5 } from "./library-hdf5.js";

const { path } = temporaryFolder();
const x = tensor(
  "float32",
  [4, 3],
  Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
);
const y = tensor(
  "float32",
  [4, 2],
  Float32Array.from({ length: 8 }, (_, i) => Math.cos(i)),
);
const once = { batchSize: 2, epochs: 1, shuffle: false, verbose: 0 } as const;

function small(seed: number, units = 5): Sequential {
  const model = sequential(
    [
      layers.input({ shape: [3] }),
      layers.dense({ units, activation: "tanh", name: `first${seed}` }),
      layers.batchNormalization(),
      layers.dense({ units: 2 }),
    ],
    { seed },
  );
  model.compile({ optimizer: optimizers.adam({ learningRate: 0.125 }), loss: "meanSquaredError" });
  return model;
}

describe("saveWeights and loadWeights", () => {
  it("give weights and the optimizer's state to a model whose layers have other names", async () => {
    const [model, other] = [small(1), small(2)];
    await model.fit(x, y, once);
    await model.saveWeights(path("a.weights.h5"));
    await other.loadWeights(path("a.weights.h5"));
    expect(other.getWeights()).toEqual(model.getWeights());
    expect(other.optimizer.iterations).toBe(2);
    await model.fit(x, y, once);
    await other.fit(x, y, once);
    expect(other.getWeights()).toEqual(model.getWeights());
  });

  it("take a model back to where it was, also in the middle of its training", async () => {
    const model = small(1);
    await model.fit(x, y, once);
    await model.saveWeights(path("back.weights.h5"));
    const { history: first } = await model.fit(x, y, { ...once, epochs: 2 });
    await model.loadWeights(path("back.weights.h5"));
    const again = await model.fit(x, y, {
      ...once,
      epochs: 3,
      callbacks: [
        {
          async onEpochEnd(epoch) {
            if (epoch === 0) await model.loadWeights(path("back.weights.h5"));
          },
        },
      ],
    });
    expect(again.history.loss?.[0]).toBe(first.loss?.[0]);
    expect(again.history.loss?.[1]).toBe(first.loss?.[0]);
    expect(again.history.loss?.[2]).toBe(first.loss?.[1]);
  });

  it("read the weights of whole models too", async () => {
    const model = small(1);
    await model.fit(x, y, once);
    for (const name of ["whole.keras", "whole.h5"]) {
      await model.save(path(name));
      const other = small(2);
      await other.loadWeights(path(name));
      expect(other.getWeights()).toEqual(model.getWeights());
    }
  });

  it("need no compiled model", async () => {
    const plain = () => sequential([layers.input({ shape: [3] }), layers.dense({ units: 2 })], { seed: 4 });
    const [model, other] = [plain(), plain()];
    other.setWeights([new Float32Array(6), new Float32Array(2)]);
    await model.saveWeights(path("plain.weights.h5"));
    await other.loadWeights(path("plain.weights.h5"));
    expect(other.getWeights()).toEqual(model.getWeights());
  });

  it("leave an optimizer of another kind alone", async () => {
    const [model, other] = [small(1), small(2)];
    await model.fit(x, y, once);
    await model.saveWeights(path("adam.weights.h5"));
    other.compile({ optimizer: optimizers.rmsprop(), loss: "meanSquaredError" });
    await other.loadWeights(path("adam.weights.h5"));
    expect(other.getWeights()).toEqual(model.getWeights());
    expect(other.optimizer.iterations).toBe(0);
  });

  it.each([
    ["other.weights.h5", /"layers\/dense\/vars\/0" has shape \[3, 7\], but the model needs \[3, 5\]/],
    ["other.keras", /"layers\/dense\/vars\/0" has shape \[3, 7\]/],
    ["other.h5", /kernel:0" has shape \[3, 7\], but the model needs \[3, 5\]/],
  ])("refuse %s of another model, and leave the weights as they were", async (name, message) => {
    const other = small(2, 7);
    await (name.includes("weights") ? other.saveWeights(path(name)) : other.save(path(name)));
    const model = small(1);
    const before = model.getWeights();
    await expect(model.loadWeights(path(name))).rejects.toThrow(message);
    expect(model.getWeights()).toEqual(before);
  });

  it("refuse a file with more or fewer layers than the model has", async () => {
    const fewer = sequential([layers.input({ shape: [3] }), layers.dense({ units: 5 })]);
    const more = small(1);
    await fewer.saveWeights(path("fewer.weights.h5"));
    await more.saveWeights(path("more.weights.h5"));
    await expect(more.loadWeights(path("fewer.weights.h5"))).rejects.toThrow(
      /layer "batch_normalization" needs 4 weights, but the file stores 0/,
    );
    await expect(fewer.loadWeights(path("more.weights.h5"))).rejects.toThrow(
      /stores weights for layers\/batch_normalization, but the model has no such layer: its layers are dense/,
    );
  });

  it("say which endings go with what", async () => {
    const model = small(1);
    await expect(model.saveWeights(path("a.h5"))).rejects.toThrow(/saved as a \.weights\.h5 file/);
    await expect(model.save(path("a.weights.h5"))).rejects.toThrow(/there is model\.saveWeights\(path\)/);
    await expect(model.save(path("a.tflite"))).rejects.toThrow(/saved as a .*\.keras.*\.h5.*/);
    await expect(loadModel(kerasFixture("saved/keras3-base.weights.h5"))).rejects.toThrow(
      /holds only weights: build the same model and call model\.loadWeights\(path\)/,
    );
    await expect(model.loadWeights(path("nowhere.weights.h5"))).rejects.toThrow("there is no such file");
  });

  it("read names that some versions made on Windows", async () => {
    const model = sequential([layers.input({ shape: [3] }), layers.dense({ units: 2 })]);
    const bytes = await writeHdf5((root) => {
      const folder = root.create_group("layers\\dense");
      const values = (shape: number[], data: number[]) => ({ shape, data: Float32Array.from(data) });
      writeDataset(folder as Group, "vars/0", values([3, 2], [1, 2, 3, 4, 5, 6]));
      writeDataset(folder as Group, "vars/1", values([2], [7, 8]));
    });
    writeFileSync(path("windows.weights.h5"), bytes);
    await model.loadWeights(path("windows.weights.h5"));
    expect(model.getWeights().map((w) => [...w])).toEqual([
      [1, 2, 3, 4, 5, 6],
      [7, 8],
    ]);
  });

  it("use the layout of HDF5 that every version of Keras reads", async () => {
    await small(1).saveWeights(path("layout.weights.h5"));
    // The superblock's version.
    expect(readFileSync(path("layout.weights.h5"))[8]).toBe(0);
  });
});

describe("plain gradient descent in .h5", () => {
  it("has velocities of 0, without which Keras 2 takes no count of steps", async () => {
    const model = small(1);
    model.compile({ optimizer: optimizers.sgd({ learningRate: 0.1 }), loss: "meanSquaredError" });
    await model.fit(x, y, once);
    await model.save(path("sgd.h5"));
    expect(readFileSync(path("sgd.h5")).includes("SGD/m/first1/kernel:0")).toBe(true);
    expect((await loadModel(path("sgd.h5"))).optimizer.iterations).toBe(2);
  });
});
