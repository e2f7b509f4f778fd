import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { readHdf5 } from "../../src/formats/hdf5.js";
import { readKerasH5, writeKerasH5 } from "../../src/formats/keras-h5.js";
import {
  callbacks,
  type Layer,
  layers,
  loadModel,
  openClassifier,
  type Sequential,
  sequential,
  tensor,
} from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";

const { path } = temporaryFolder();
const x = tensor("float32", [2, 2], Float32Array.of(1, 2, 3, 4));
const y = tensor("float32", [2, 1], Float32Array.of(1, 0));

function compiled(...more: Layer[]): Sequential {
  const model = sequential([layers.dense({ units: 1, inputShape: [2] }), ...more], { seed: 1 });
  model.compile({ loss: "meanSquaredError" });
  return model;
}

const named = (name: string) => () => sequential([layers.dense({ units: 1, inputShape: [2], name })]);

describe("a name that a Keras file could not hold is refused when the layer is added:", () => {
  it.each<[string, RegExp]>([
    ["a/b", /A layer cannot have the name "a\/b": it contains "\/"/],
    ["", /it is empty/],
    [".", /it would be a path/],
    ["..", /it would be a path/],
    ["a\u0000b", /control character/],
    ["top_level_model_weights", /use it for something else/],
    ["é".repeat(501), /more than 1000 bytes/],
  ])("%j", (name, message) => {
    expect(named(name)).toThrow(message);
  });

  it("nor may the model be called so", () => {
    expect(() => sequential([], { name: "a/b" })).toThrow(/A model cannot have the name "a\/b"/);
  });

  it.each(["a.b", "a b", "..a", "número 1", "'\"\\", "é".repeat(500)])(
    "%j is saved and read",
    async (name) => {
      const model = named(name)();
      for (const file of ["named.h5", "named.keras", "named.weights.h5"]) {
        if (file.includes("weights")) await model.saveWeights(path(file));
        else {
          await model.save(path(file));
          const loaded = await loadModel(path(file));
          expect(loaded.getWeights()).toEqual(model.getWeights());
          expect(loaded.definition.layers.at(-1)?.name).toBe(name);
        }
      }
    },
  );
});

describe("a file of Keras 2 with such names", () => {
  it("is read under names that can be saved again", async () => {
    const model = sequential([
      layers.dense({ units: 2, inputShape: [2], name: "b1_conv" }),
      layers.dense({ units: 2, name: "b1-conv" }),
      layers.dense({ units: 2, name: "empty-name" }),
    ]);
    await model.save(path("plain.h5"));
    const file = readHdf5(readFileSync(path("plain.h5")), "plain.h5", (root) =>
      readKerasH5(root, "plain.h5"),
    );
    const config = JSON.stringify(file.modelConfig)
      .replaceAll("b1-conv", "b1/conv")
      .replace("empty-name", "");
    writeFileSync(path("slash.h5"), await writeKerasH5({ ...file, modelConfig: JSON.parse(config) }));
    const loaded = await loadModel(path("slash.h5"));
    expect(loaded.definition.layers.map(({ name }) => name).slice(-3)).toEqual(["b1_conv", "b1_conv_1", "_"]);
    expect(loaded.getWeights()).toEqual(model.getWeights());
    await loaded.save(path("again.h5"));
    await loaded.save(path("again.keras"));
    expect((await loadModel(path("again.keras"))).getWeights()).toEqual(model.getWeights());
  });
});

describe("a layer of the user's own", () => {
  const own: Layer = { ...layers.activation({ activation: "relu" }), className: "Twice" };

  it("is not saved to a file that nobody could open", async () => {
    const model = compiled(own);
    for (const file of ["own.keras", "own.h5"]) {
      await expect(model.save(path(file))).rejects.toThrow(/class of your own, Twice: .*saveWeights/s);
      expect(existsSync(path(file))).toBe(false);
    }
    await model.saveWeights(path("own.weights.h5"));
    await model.save(path("own.onnx"));
  });

  it("is refused by modelCheckpoint before the first step", async () => {
    const model = compiled(own);
    const before = model.getWeights();
    const checkpoint = callbacks.modelCheckpoint({ filepath: path("best.keras") });
    await expect(model.fit(x, y, { verbose: 0, callbacks: [checkpoint] })).rejects.toThrow(/your own, Twice/);
    expect(model.getWeights()).toEqual(before);
    const weightsOnly = callbacks.modelCheckpoint({ filepath: path("b.weights.h5"), saveWeightsOnly: true });
    await model.fit(x, y, { verbose: 0, callbacks: [weightsOnly] });
    expect(existsSync(path("b.weights.h5"))).toBe(true);
  });
});

describe("hard_sigmoid, which .h5 cannot hold", () => {
  it("is refused by modelCheckpoint before the first step, also with stopOnNonFinite", async () => {
    const model = compiled(layers.activation({ activation: "hardSigmoid" }));
    const train = (filepath: string) =>
      model.fit(x, y, {
        verbose: 0,
        stopOnNonFinite: true,
        callbacks: [callbacks.modelCheckpoint({ filepath })],
      });
    await expect(train(path("hard.h5"))).rejects.toThrow(/hard_sigmoid.*Save the model as \.keras/);
    expect(model.optimizer.iterations).toBe(0);
    await train(path("hard.keras"));
  });
});

describe("a path given as a file: URL", () => {
  it("is that file, as a string and as an object", async () => {
    const model = compiled();
    const url = pathToFileURL(path("url file.keras"));
    await model.save(url.href);
    expect(existsSync(path("url file.keras"))).toBe(true);
    expect((await loadModel(url)).getWeights()).toEqual(model.getWeights());
    await model.saveWeights(pathToFileURL(path("url.weights.h5")));
    await model.loadWeights(pathToFileURL(path("url.weights.h5")).href);
    await model.saveOnnx(pathToFileURL(path("url.onnx")).href);
    await expect(openClassifier(pathToFileURL(path("gone.keras")))).rejects.toThrow(path("gone.keras"));
    await model.fit(x, y, {
      verbose: 0,
      backup: { backupDir: pathToFileURL(path("state")) },
      callbacks: [
        callbacks.modelCheckpoint({ filepath: `${pathToFileURL(path("epoch")).href}-{epoch:02d}.h5` }),
        callbacks.csvLogger({ filename: pathToFileURL(path("log.csv")) }),
        callbacks.tensorBoard({ logDir: pathToFileURL(path("curves")).href }),
      ],
    });
    for (const file of ["epoch-01.h5", "log.csv", "curves/train"]) expect(existsSync(path(file))).toBe(true);
    expect(readdirSync(".").filter((name) => name.startsWith("file:"))).toEqual([]);
  });

  it("is refused where it is not on this machine, as is what is no path", async () => {
    await expect(loadModel(new URL("https://example.com/m.h5"))).rejects.toThrow(/file: URL on this machine/);
    await expect(compiled().save(5 as unknown as string)).rejects.toThrow(
      /save: the path must be a path or a file: URL, but got 5/,
    );
  });
});

describe("the ending .hdf5", () => {
  it("is .h5 for save, modelCheckpoint, saveWeights", async () => {
    const model = compiled();
    await model.save(path("old.hdf5"));
    expect((await loadModel(path("old.hdf5"))).getWeights()).toEqual(model.getWeights());
    await model.saveWeights(path("old.weights.hdf5"));
    await model.fit(x, y, {
      verbose: 0,
      callbacks: [callbacks.modelCheckpoint({ filepath: path("best.hdf5") })],
    });
    expect((await loadModel(path("best.hdf5"))).getWeights()).toEqual(model.getWeights());
  });
});
