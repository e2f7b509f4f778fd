import { readFileSync, writeFileSync } from "node:fs";
import { unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { readHdf5 } from "../../src/formats/hdf5.js";
import { type KerasH5, readKerasH5, writeKerasH5 } from "../../src/formats/keras-h5.js";
import { layers, loadModel, optimizers, type Sequential, sequential, tensor } from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";

const { path } = temporaryFolder();
const x = tensor(
  "float32",
  [2, 4, 4, 1],
  Float32Array.from({ length: 32 }, (_, i) => Math.sin(i)),
);
const y = tensor("float32", [2, 2], Float32Array.of(1, 0, 0, 1));
const once = { shuffle: false, verbose: 0 } as const;

async function trained(optimizer = optimizers.adam()): Promise<Sequential> {
  const model = sequential(
    [
      layers.conv2d({ filters: 2, kernelSize: [3, 2], inputShape: [4, 4, 1] }),
      layers.flatten(),
      layers.dense({ units: 2 }),
    ],
    { seed: 3 },
  );
  model.compile({ optimizer, loss: "meanSquaredError" });
  await model.fit(x, y, once);
  return model;
}

/** The model's file with a part of it changed. */
async function changed(model: Sequential, change: (file: KerasH5) => Partial<KerasH5>): Promise<string> {
  await model.save(path("whole.h5"));
  const file = readHdf5(readFileSync(path("whole.h5")), "whole.h5", (root) => readKerasH5(root, "whole.h5"));
  writeFileSync(path("changed.h5"), await writeKerasH5({ ...file, ...change(file) }));
  return path("changed.h5");
}

/** The same bytes with one text in place of another of the same length. */
function withText(from: string, to: string, every = true): string {
  const bytes = readFileSync(path("whole.h5"));
  for (let at = bytes.indexOf(from); at >= 0; at = every ? bytes.indexOf(from, at + 1) : -1) {
    bytes.write(to, at, "latin1");
  }
  writeFileSync(path("edited.h5"), bytes);
  return path("edited.h5");
}

describe("weights that Keras wrote on Theano", () => {
  it("have their convolution kernels turned around, in whole models and in weights alone", async () => {
    const model = await trained();
    await model.save(path("whole.h5"));
    // The attribute's value is padded, as fixed strings are.
    const file = withText("tensorflow", "theano\0\0\0\0");
    const [kernel, ...others] = model.getWeights() as [Float32Array, ...Float32Array[]];
    // [3, 2, 1, 2]: six places of two numbers, in reverse.
    const turned = Float32Array.from(
      { length: 12 },
      (_, i) => kernel[10 - (i - (i % 2)) + (i % 2)] as number,
    );
    const loaded = await loadModel(file);
    expect(loaded.getWeights()).toEqual([turned, ...others]);
    const other = await trained(optimizers.sgd());
    await other.loadWeights(file);
    expect(other.getWeights()).toEqual([turned, ...others]);
    // The optimizer's state goes with them: what was turned around twice is the file as it was.
    await loaded.save(path("turned.h5"));
    const [before, after] = [path("whole.h5"), path("turned.h5")].map(
      (name) =>
        readHdf5(readFileSync(name), name, (root) => readKerasH5(root, name)).optimizerWeights?.map(
          ({ data }) => data,
        ) ?? [],
    ) as [Float32Array[], Float32Array[]];
    const back = (slot: Float32Array) => slot.map((_, i) => slot[10 - (i - (i % 2)) + (i % 2)] as number);
    expect(after.map((slot, i) => (i === 1 || i === 2 ? back(slot) : slot))).toEqual(before);
    expect(after[1]).not.toEqual(before[1]);
  });
});

describe("the optimizer's state of old versions", () => {
  it("is taken where Adam without amsgrad stores lone numbers in place of maxima (Keras 2.1 to 2.3)", async () => {
    const model = await trained();
    const file = await changed(model, ({ optimizerWeights = [] }) => {
      const slots = optimizerWeights.slice(1);
      const apart = [0, 1].flatMap((k) => slots.filter((_, i) => i % 2 === k));
      const maxima = Array.from({ length: slots.length / 2 }, (_, i) => ({
        name: `training/Adam/vhat_${i}:0`,
        shape: [1],
        data: new Float32Array(1),
      }));
      const count = { name: "Adam/iterations:0", shape: [], data: BigInt64Array.of(1n) };
      return { optimizerWeights: [count, ...apart, ...maxima] };
    });
    const loaded = await loadModel(file);
    await loaded.fit(x, y, once);
    await model.fit(x, y, once);
    expect(loaded.getWeights()).toEqual(model.getWeights());
  });

  it("is taken without a count of steps, as RMSprop stored it up to Keras 2.2", async () => {
    const model = await trained(optimizers.rmsprop());
    const file = await changed(model, ({ optimizerWeights = [] }) => ({
      optimizerWeights: optimizerWeights.slice(1),
    }));
    const loaded = await loadModel(file);
    await loaded.fit(x, y, once);
    await model.fit(x, y, once);
    expect(loaded.getWeights()).toEqual(model.getWeights());
  });
});

describe("an optimizer's state that does not fit", () => {
  it("is refused, never dropped: an entry that is missing, one too many", async () => {
    const model = await trained();
    for (const change of [
      (all: NonNullable<KerasH5["optimizerWeights"]>) => all.slice(0, -1),
      (all: NonNullable<KerasH5["optimizerWeights"]>) => all.slice(0, 1),
      (all: NonNullable<KerasH5["optimizerWeights"]>) => [
        ...all,
        { name: "extra:0", shape: [1], data: new Float32Array(1) },
      ],
      (all: NonNullable<KerasH5["optimizerWeights"]>) =>
        all.map((entry, i) => (i === 0 ? { ...entry, name: "itezation:0" } : entry)),
    ]) {
      const file = await changed(model, ({ optimizerWeights = [] }) => ({
        optimizerWeights: change(optimizerWeights),
      }));
      await expect(loadModel(file)).rejects.toThrow(
        /optimizer state .* not those that Adam .*compile: false/,
      );
      expect((await loadModel(file, { compile: false })).getWeights()).toEqual(model.getWeights());
    }
  });
});

describe("a .keras file whose optimizer's state has a damaged name", () => {
  it.each([
    ["optimizer", "optjmizer"],
    ["vars", "vbrs"],
  ])("is refused: %s", async (from, to) => {
    await (await trained()).save(path("whole.keras"));
    const entries = unzipSync(readFileSync(path("whole.keras")));
    const weights = Buffer.from(entries["model.weights.h5"] as Uint8Array);
    for (let at = weights.indexOf(`${from}\0`); at >= 0; at = weights.indexOf(`${from}\0`, at + 1)) {
      weights.write(to, at, "latin1");
    }
    writeFileSync(path("damaged.keras"), zipSync({ ...entries, "model.weights.h5": weights }, { level: 0 }));
    await expect(loadModel(path("damaged.keras"))).rejects.toThrow(
      new RegExp(`no "${from}", but "${to}", which looks like a damaged name`),
    );
  });
});

describe("what a user adds to a file", () => {
  it("is no reason to refuse it, compiled or not", async () => {
    const model = await trained();
    await model.save(path("whole.h5"));
    // Renames the parts that are optional: to Keras they are then a user's own.
    for (const [from, to] of [
      ["training_config", "names_of_digits"],
      ["optimizer_weights", "some_other_thing_"],
    ] as const) {
      const loaded = await loadModel(withText(from, to));
      expect(loaded.getWeights()).toEqual(model.getWeights());
    }
  });

  it("is told apart from a damaged name", async () => {
    const model = await trained();
    await model.save(path("whole.h5"));
    await expect(loadModel(withText("training_config", "tra\u0001ning_config"))).rejects.toThrow(
      /no "training_config", but .* looks like a damaged name/,
    );
    await expect(loadModel(withText("optimizer_weights", "optimizer_wfights"))).rejects.toThrow(
      /no "optimizer_weights", but "optimizer_wfights", which looks like a damaged name/,
    );
  });
});
