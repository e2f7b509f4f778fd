import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import type * as h5wasm from "h5wasm";
import { describe, expect, it } from "vitest";
import {
  layers,
  loadModel,
  optimizers,
  regularizers,
  schedules,
  sequential,
  TrazoError,
  tensor,
} from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { kerasFixture } from "../fixtures/keras/keras-fixtures.js";
import { noise } from "../optimizers/flat.js";
import { writeHdf5 } from "./library-hdf5.js";

const { path } = temporaryFolder();
const silent = { print: () => {} };

/** Every layer and what may hang on it. */
function everything() {
  const model = sequential(
    [
      layers.input({ shape: [8, 8, 2] }),
      layers.conv2d({
        filters: 3,
        kernelSize: [3, 2],
        padding: "same",
        strides: 2,
        useBias: false,
        kernelInitializer: "heNormal",
      }),
      layers.batchNormalization({ momentum: 0.9, epsilon: 0.01 }),
      layers.activation({ activation: "elu" }),
      layers.conv2d({ filters: 2, kernelSize: 2, dilationRate: 2, activation: "tanh", name: "dilated" }),
      layers.averagePooling2d({ poolSize: 2, strides: 1, padding: "same" }),
      layers.maxPooling2d({ poolSize: [2, 1], strides: 1 }),
      layers.globalAveragePooling2d({ keepDims: true }),
      layers.reshape({ targetShape: [-1, 2, 1] }),
      layers.flatten(),
      layers.dense({
        units: 4,
        activation: "relu",
        kernelRegularizer: regularizers.l1l2({ l1: 0.01, l2: 0.1 }),
      }),
      layers.dropout({ rate: 0.25 }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed: 5, name: "everything" },
  );
  model.compile({
    optimizer: optimizers.adam({
      learningRate: schedules.exponentialDecay({ initialLearningRate: 0.01, decaySteps: 2, decayRate: 0.5 }),
    }),
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  return model;
}

const random = noise(3);
const x = tensor("float32", [10, 8, 8, 2], Float32Array.from({ length: 1280 }, random));
const y = tensor(
  "int32",
  [10],
  Int32Array.from({ length: 10 }, (_, i) => i % 3),
);

describe("save and loadModel", () => {
  it("give the model back: layers, weights, compilation, optimizer, and its next step", async () => {
    const model = everything();
    await model.fit(x, y, { batchSize: 4, epochs: 1, verbose: 0 });
    await model.save(path("everything.h5"));
    const loaded = await loadModel(path("everything.h5"), { seed: 5 });
    expect(loaded.summary(silent)).toBe(model.summary(silent));
    expect(loaded.getWeights()).toEqual(model.getWeights());
    expect(loaded.optimizer.iterations).toBe(3);
    expect(loaded.optimizer.getConfig()).toEqual(model.optimizer.getConfig());
    expect(loaded.definition.layers.map(({ layer }) => layer.getConfig())).toEqual(
      model.definition.layers.map(({ layer }) => layer.getConfig()),
    );
    const one = { batchSize: 4, epochs: 1, shuffle: false, verbose: 0 } as const;
    await model.fit(x, y, one);
    await loaded.fit(x, y, one);
    expect(loaded.getWeights()).toEqual(model.getWeights());
    await model.dispose();
    await loaded.dispose();
  });

  it("keep a model that was never compiled", async () => {
    const model = sequential([layers.input({ shape: [4] }), layers.dense({ units: 2 })], { seed: 1 });
    await model.save(path("plain.h5"));
    const loaded = await loadModel(path("plain.h5"));
    expect(loaded.getWeights()).toEqual(model.getWeights());
    expect(() => loaded.optimizer).toThrow(TrazoError);
  });

  it("leave the old file and no debris when writing fails", async () => {
    mkdirSync(path("folder/best.h5"), { recursive: true });
    await expect(everything().save(path("folder/best.h5"))).rejects.toThrow(/best\.h5 could not be written/);
    expect(readdirSync(path("folder"))).toEqual(["best.h5"]);
    // The longest name that a file may have leaves no room for the temporary file's.
    const longest = `${"x".repeat(252)}.h5`;
    writeFileSync(path(`folder/${longest}`), "old");
    await expect(everything().save(path(`folder/${longest}`))).rejects.toThrow(/could not be written/);
    expect(readFileSync(path(`folder/${longest}`), "utf8")).toBe("old");
    expect(readdirSync(path("folder"))).toHaveLength(2);
    writeFileSync(path("file"), "");
    await expect(everything().save(path("file/best.h5"))).rejects.toThrow("a part of the path is a file");
  });
});

describe("damaged files", () => {
  const whole = readFileSync(kerasFixture("keras3.h5"));

  it("cut anywhere, give an error that names the file", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
        writeFileSync(path("cut.h5"), whole.subarray(0, length));
        const error = await loadModel(path("cut.h5")).then(
          () => undefined,
          (cause: unknown) => cause,
        );
        // The last bytes of a file may be unused: then it opens.
        if (error === undefined) expect(length).toBeGreaterThan(whole.length - 4096);
        else {
          expect(error).toBeInstanceOf(TrazoError);
          expect((error as Error).message).toContain(path("cut.h5"));
        }
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it("of another kind are told apart", async () => {
    writeFileSync(path("text.h5"), "hello");
    await expect(loadModel(path("text.h5"))).rejects.toThrow("neither a .keras file nor an HDF5 file");
    writeFileSync(
      path("data.h5"),
      await writeHdf5((root) => void root.create_dataset({ name: "x", data: [1, 2] })),
    );
    await expect(loadModel(path("data.h5"))).rejects.toThrow(
      'holds no whole Keras model. (There is no "model_config".)',
    );
    await expect(loadModel(path("none.h5"))).rejects.toThrow("there is no such file");
  });

  it("with a layer that is not supported name file, layer and class", async () => {
    const config = {
      class_name: "Sequential",
      config: { name: "s", layers: [{ class_name: "LSTM", config: { name: "memory", units: 3 } }] },
    };
    writeFileSync(
      path("lstm.h5"),
      await writeHdf5((root) => {
        root.create_attribute("model_config", JSON.stringify(config));
        root.create_attribute("keras_version", "2.15.0");
        root.create_group("model_weights").create_attribute("layer_names", ["memory"]);
        (root.get("model_weights") as h5wasm.Group)
          .create_group("memory")
          .create_attribute("weight_names", new Float64Array(0), [0], "<d");
      }),
    );
    await expect(loadModel(path("lstm.h5"))).rejects.toThrow(
      /lstm\.h5: layers\[0\] LSTM "memory": layers of class LSTM are not supported/,
    );
  });
});
