import { readFileSync, writeFileSync } from "node:fs";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/errors.js";
import { readHdf5 } from "../../src/formats/hdf5.js";
import { readKerasH5 } from "../../src/formats/keras-h5.js";
import { readWeightTree } from "../../src/formats/weight-tree.js";
import {
  layers,
  loadModel,
  optimizers,
  type Sequential,
  schedules,
  sequential,
  tensor,
} from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { noise } from "../optimizers/flat.js";

const { path } = temporaryFolder();
const random = noise(4);
const x = tensor("float32", [12, 3], Float32Array.from({ length: 36 }, random));
const y = tensor("float32", [12, 1], Float32Array.from({ length: 12 }, random));
const one = { batchSize: 4, epochs: 1, shuffle: false, verbose: 0 } as const;

async function trained(): Promise<Sequential> {
  const model = sequential([layers.input({ shape: [3] }), layers.dense({ units: 1 })], { seed: 2 });
  const learningRate = schedules.oneCycle({ maxLearningRate: 0.1, totalSteps: 10 });
  model.compile({ optimizer: optimizers.adam({ learningRate }), loss: "meanSquaredError" });
  await model.fit(x, y, one);
  return model;
}

/** What Keras reads of the compilation. */
function compilationIn(file: string): { optimizer: JsonObject; all: JsonObject } {
  const bytes = readFileSync(file);
  if (file.endsWith(".h5")) {
    const { trainingConfig } = readHdf5(bytes, file, (root) => readKerasH5(root, file));
    return { optimizer: trainingConfig?.optimizer_config as JsonObject, all: trainingConfig as JsonObject };
  }
  const { compile_config } = configIn(bytes) as { compile_config: JsonObject };
  return { optimizer: compile_config.optimizer as JsonObject, all: compile_config };
}

const configIn = (archive: Uint8Array): JsonObject =>
  JSON.parse(strFromU8(unzipSync(archive)["config.json"] as Uint8Array));

describe("a schedule that Keras has no class for", () => {
  it.each(["h5", "keras"])(
    "leaves Keras the rate that it has come to, and comes back from a .%s file",
    async (ending) => {
      const model = await trained();
      const file = path(`model.${ending}`);
      await model.save(file);
      const { optimizer } = compilationIn(file);
      // A third of the way from 0.01 to 0.1 and a bit: 3 of 4.5 steps.
      expect((optimizer.config as JsonObject).learning_rate).toBeCloseTo(0.07, 12);
      expect(JSON.stringify(optimizer)).not.toContain("OneCycle");
      const loaded = await loadModel(file, { seed: 2 });
      expect(loaded.optimizer.getConfig()).toEqual(model.optimizer.getConfig());
      expect(loaded.optimizer.iterations).toBe(3);
      await model.fit(x, y, one);
      await loaded.fit(x, y, one);
      expect(loaded.getWeights()).toEqual(model.getWeights());
      await Promise.all([model.dispose(), loaded.dispose()]);
    },
  );

  it("stands outside what a .keras file compiles with, where Keras would take it for an argument", async () => {
    const model = await trained();
    await model.save(path("beside.keras"));
    expect(compilationIn(path("beside.keras")).all).not.toHaveProperty("trazo");
    expect(configIn(readFileSync(path("beside.keras")))).toHaveProperty(
      "trazo.learning_rate.class_name",
      "OneCycle",
    );
    // Keras 3 keeps a rate that is a number among the optimizer's variables.
    const weights = unzipSync(readFileSync(path("beside.keras")))["model.weights.h5"] as Uint8Array;
    const tree = readHdf5(weights, "weights", (root) => readWeightTree(root, "weights"));
    expect(tree.optimizer?.learningRate).toBeCloseTo(0.07, 6);
    await model.dispose();
  });

  it("still comes back from files that have it in Keras's place", async () => {
    const model = await trained();
    await model.save(path("old.keras"));
    const files = unzipSync(readFileSync(path("old.keras")));
    const { trazo, ...config } = configIn(readFileSync(path("old.keras"))) as Record<string, JsonObject>;
    const optimizer = (config.compile_config as JsonObject).optimizer as Record<string, JsonObject>;
    Object.assign(optimizer.config as JsonObject, { learning_rate: trazo?.learning_rate });
    files["config.json"] = strToU8(JSON.stringify(config));
    writeFileSync(path("old.keras"), zipSync(files));
    const loaded = await loadModel(path("old.keras"));
    expect(loaded.optimizer.getConfig()).toEqual(model.optimizer.getConfig());
    await Promise.all([model.dispose(), loaded.dispose()]);
  });
});
