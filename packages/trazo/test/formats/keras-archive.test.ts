import { readFileSync, writeFileSync } from "node:fs";
import { unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/errors.js";
import { readZip } from "../../src/formats/zip.js";
import { layers, loadModel, sequential, TrazoError } from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { kerasFixture } from "../fixtures/keras/keras-fixtures.js";
import { compiledNetwork } from "./practice-network.js";
import { withConfig } from "./with-config.js";

const { path } = temporaryFolder();
const silent = { print: () => {} };
const whole = readFileSync(kerasFixture("saved/keras3-base.keras"));

/** The archive with its entries changed, and packed again. */
function repacked(change: (entries: Record<string, Uint8Array>) => void, level: 0 | 9 = 0): Uint8Array {
  const entries = unzipSync(whole);
  change(entries);
  return zipSync(entries, { level });
}

/** What becomes of the archive when its configuration reads otherwise. */
async function openConfigured(change: (config: JsonObject, layer: JsonObject[]) => void): Promise<unknown> {
  const bytes = withConfig(whole, (config) => {
    change(config, (config.config as JsonObject).layers as JsonObject[]);
  });
  return await openBytes(bytes);
}

async function openBytes(bytes: Uint8Array): Promise<unknown> {
  writeFileSync(path("changed.keras"), bytes);
  return await loadModel(path("changed.keras")).then(
    () => "loaded",
    (error: unknown) =>
      error instanceof TrazoError ? error.message.replace(path("changed.keras"), "FILE") : error,
  );
}

describe("a .keras file", () => {
  it("gives a model back as it was, and its next step", async () => {
    const model = compiledNetwork("batchnorm");
    const x = {
      dtype: "float32",
      shape: [6, 28, 28, 1],
      data: Float32Array.from({ length: 4704 }, (_, i) => (i % 17) / 17),
    } as const;
    const y = {
      dtype: "float32",
      shape: [6, 10],
      data: Float32Array.from({ length: 60 }, (_, i) => (i % 11 === 0 ? 1 : 0)),
    } as const;
    const once = { batchSize: 3, epochs: 1, shuffle: false, verbose: 0 } as const;
    await model.fit(x, y, once);
    await model.save(path("model.keras"));
    const loaded = await loadModel(path("model.keras"), { seed: 1 });
    expect(loaded.summary(silent)).toBe(model.summary(silent));
    expect(loaded.definition.layers.map(({ layer }) => layer.getConfig())).toEqual(
      model.definition.layers.map(({ layer }) => layer.getConfig()),
    );
    expect(loaded.optimizer.getConfig()).toEqual(model.optimizer.getConfig());
    await model.fit(x, y, once);
    await loaded.fit(x, y, once);
    expect(loaded.getWeights()).toEqual(model.getWeights());
    await model.dispose();
    await loaded.dispose();
  });

  it("holds three stored entries, as Keras's own", async () => {
    const model = sequential([layers.input({ shape: [4] }), layers.dense({ units: 2 })], { seed: 1 });
    await model.save(path("plain.keras"));
    const entries = readZip(readFileSync(path("plain.keras")), "plain.keras");
    expect([...entries.keys()]).toEqual(["metadata.json", "config.json", "model.weights.h5"]);
    const metadata = JSON.parse(new TextDecoder().decode(entries.get("metadata.json")));
    expect(metadata.date_saved).toMatch(/^\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d$/);
    expect(readFileSync(path("plain.keras")).includes('"class_name": "Dense"')).toBe(true);
    expect((await loadModel(path("plain.keras"))).getWeights()).toEqual(model.getWeights());
  });

  it("is told by its content, whatever its name", async () => {
    writeFileSync(path("archive.h5"), whole);
    writeFileSync(path("hdf5.keras"), readFileSync(kerasFixture("saved/tf_keras-base.h5")));
    for (const name of ["archive.h5", "hdf5.keras"]) {
      expect((await loadModel(path(name))).definition.layers).toHaveLength(9);
    }
    writeFileSync(path("text.keras"), "no model");
    await expect(loadModel(path("text.keras"))).rejects.toThrow("neither a .keras file nor an HDF5 file");
  });

  it("may be compressed", async () => {
    expect(await openBytes(repacked(() => {}, 9))).toBe("loaded");
  });

  it("is not inflated beyond all measure", async () => {
    const bytes = Buffer.from(repacked(() => {}, 9));
    const entry = bytes.lastIndexOf(Buffer.from("PK\x01\x02", "latin1"));
    bytes.writeUInt32LE(0x7fff_ffff, entry + 24);
    expect(await openBytes(bytes)).toMatch(
      /^FILE: the zip archive promises \d{10} bytes .* at most \d{8} are read/,
    );
  });

  it("is refused when a byte of an entry differs", async () => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt8(7, bytes.indexOf("Sequential"));
    expect(await openBytes(bytes)).toMatch(
      /^FILE: the zip archive is damaged .*checksum of "config.json" is wrong/,
    );
  });

  it.each<[string, (entries: Record<string, Uint8Array>) => void, RegExp]>([
    [
      "its configuration",
      (entries) => delete entries["config.json"],
      /^FILE: the archive holds no "config.json".* It holds: metadata.json, model.weights.h5/,
    ],
    [
      "its weights",
      (entries) => delete entries["model.weights.h5"],
      /^FILE: the archive holds no "model.weights.h5"/,
    ],
    [
      "weights that are HDF5",
      (entries) => {
        entries["model.weights.h5"] = new Uint8Array(100);
      },
      /^FILE: model.weights.h5: this is not an HDF5 file/,
    ],
  ])("is refused without %s", async (_, change, message) => {
    expect(await openBytes(repacked(change))).toMatch(message);
  });
});

describe("what is not supported is named with its path in the model:", () => {
  const layerConfig = (layer: JsonObject | undefined): JsonObject => layer?.config as JsonObject;

  it.each<[string, (config: JsonObject, layer: JsonObject[]) => void, string]>([
    [
      "an option",
      (_, layer) => Object.assign(layerConfig(layer[3]), { data_format: "channels_middle" }),
      'FILE: layers[3] Conv2D "conv2d_1": Conv2D dataFormat must be "channels_last" or "channels_first", but got "channels_middle"',
    ],
    [
      "an unknown option",
      (_, layer) => Object.assign(layerConfig(layer[6]), { sparsity: 2 }),
      'FILE: layers[6] Dense "dense": the entry "sparsity": 2 is not supported',
    ],
    [
      "a layer",
      (_, layer) => Object.assign(layer[5] as JsonObject, { class_name: "LSTM" }),
      'FILE: layers[5] LSTM "flatten": layers of class LSTM are not supported',
    ],
    [
      "a layer of one's own",
      (_, layer) => Object.assign(layer[6] as JsonObject, { registered_name: "mine>Dense" }),
      'FILE: layers[6] Dense: "mine>Dense" is not a layer of Keras\'s own',
    ],
    [
      "an initializer",
      (_, layer) => Object.assign(layerConfig(layer[1]), { kernel_initializer: "IdentityInitializer" }),
      'FILE: layers[1] Conv2D "conv2d", kernel_initializer: there is no initializer "IdentityInitializer"',
    ],
    [
      "an optimizer",
      (config) => Object.assign(config.compile_config as JsonObject, { optimizer: "lamb" }),
      'FILE: compile_config, optimizer: there is no optimizer "lamb"',
    ],
    [
      "an optimizer that was left out",
      (config) => Object.assign(config.compile_config as JsonObject, { optimizer: null }),
      "FILE: compile_config: the file does not say with which optimizer",
    ],
    [
      "a loss",
      (config) => Object.assign(config.compile_config as JsonObject, { loss: "circle" }),
      'FILE: compile_config, loss: there is no loss "circle"',
    ],
  ])("%s", async (_, change, message) => {
    expect(await openConfigured(change)).toContain(message);
  });

  it("an activation that Keras 2 computes otherwise", async () => {
    const layer = layers.dense({ units: 2, activation: "hardSigmoid", name: "gate" });
    const model = sequential([layers.input({ shape: [4] }), layer], { seed: 1 });
    await expect(model.save(path("gate.h5"))).rejects.toThrow(
      /^Layer "gate": Keras 2 computes another hard_sigmoid.* Save the model as \.keras/,
    );
    await model.save(path("gate.keras"));
    expect((await loadModel(path("gate.keras"))).getWeights()).toEqual(model.getWeights());
    const entries = unzipSync(readFileSync(path("gate.keras")));
    const metadata = { keras_version: "2.15.0", date_saved: "2024-01-01@00:00:00" };
    entries["metadata.json"] = new TextEncoder().encode(JSON.stringify(metadata));
    expect(await openBytes(zipSync(entries))).toContain(
      "FILE: layers[1] Dense: Keras 2 computes another hard_sigmoid",
    );
  });

  it("nothing, when nothing was changed", async () => {
    expect(await openConfigured(() => {})).toBe("loaded");
  });
});
