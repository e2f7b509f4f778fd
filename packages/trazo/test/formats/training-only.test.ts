import { readFileSync, writeFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/errors.js";
import { layers, loadModel, sequential, tensor } from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { withConfig } from "./with-config.js";

const { path } = temporaryFolder();
const x = tensor("float32", [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
const y = tensor("float32", [2, 2], Float32Array.of(1, 0, 0, 1));
const radial = { class_name: "RadialConstraint", config: {} };

type Layers = { readonly config: JsonObject }[];

/** A file of Keras 3 whose layers got these options. */
async function fileWith(options: readonly JsonObject[]) {
  const model = sequential(
    [
      layers.dense({ units: 4, inputShape: [3] }),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: 2 }),
    ],
    { seed: 1 },
  );
  model.compile({ loss: "meanSquaredError" });
  await model.save(path("plain.keras"));
  const changed = withConfig(readFileSync(path("plain.keras")), (config) => {
    const [, ...list] = (config.config as JsonObject).layers as unknown as Layers;
    for (const [i, more] of options.entries()) Object.assign(list[i]?.config as JsonObject, more);
  });
  writeFileSync(path("changed.keras"), changed);
  return model;
}

describe("an option that matters in training only and is not supported", () => {
  it.each<[string, JsonObject[], RegExp]>([
    [
      "a constraint that is not known",
      [{ kernel_constraint: radial }],
      /layer "dense" was read with kernel_constraint = .*RadialConstraint/,
    ],
    ["one of a bias", [{}, {}, {}, { bias_constraint: "radial" }], /"dense_1" .* bias_constraint = "radial"/],
    ["one of gamma", [{}, { gamma_constraint: radial }], /gamma_constraint/],
  ])("leaves the rest usable, is kept, and refuses to train: %s", async (_, options, message) => {
    const model = await fileWith(options);
    const loaded = await loadModel(path("changed.keras"));
    expect(await loaded.predict(x)).toEqual(await model.predict(x));
    expect(await loaded.evaluate(x, y)).toEqual(await model.evaluate(x, y));
    await expect(loaded.fit(x, y, { verbose: 0 })).rejects.toThrow(message);
    await loaded.save(path("again.keras"));
    await loaded.save(path("again.h5"));
    for (const file of ["again.keras", "again.h5"]) {
      await expect((await loadModel(path(file))).fit(x, y, { verbose: 0 })).rejects.toThrow(message);
    }
    const entries = unzipSync(readFileSync(path("again.keras")));
    const text = new TextDecoder().decode(entries["config.json"]);
    const isObject = JSON.stringify(options).includes("class_name");
    expect(text.includes('"module": "keras.constraints", "class_name": "RadialConstraint"')).toBe(isObject);
  });

  it("is none of those that are off, or that one device makes no difference to", async () => {
    const off: Record<string, Json> = { kernel_constraint: null, bias_constraint: null };
    await fileWith([off, { gamma_constraint: null, synchronized: true }, { noise_shape: null }]);
    const loaded = await loadModel(path("changed.keras"));
    await loaded.fit(x, y, { verbose: 0 });
    expect(loaded.optimizer.iterations).toBe(1);
  });
});
