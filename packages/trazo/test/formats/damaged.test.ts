import { readFileSync, writeFileSync } from "node:fs";
import type * as h5wasm from "h5wasm";
import { describe, expect, it } from "vitest";
import { readHdf5 } from "../../src/formats/hdf5.js";
import { type KerasH5, readKerasH5, writeKerasH5 } from "../../src/formats/keras-h5.js";
import { layers, loadModel, optimizers, sequential, TrazoError, tensor } from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { kerasFixture } from "../fixtures/keras/keras-fixtures.js";
import { writeHdf5 } from "./library-hdf5.js";

const { path } = temporaryFolder();

const readH5 = (bytes: Uint8Array, file: string): KerasH5 =>
  readHdf5(bytes, file, (root) => readKerasH5(root, file));

/** A file that Trazo saved, taken apart; what `change` makes of it is written and opened. */
async function openChanged(change: (file: KerasH5) => Partial<KerasH5>): Promise<unknown> {
  const model = sequential(
    [
      layers.dense({ units: 3, inputShape: [2], name: "first" }),
      layers.batchNormalization({ name: "normal" }),
      layers.dense({ units: 2, name: "second" }),
    ],
    { seed: 1 },
  );
  model.compile({ optimizer: optimizers.adam(), loss: "meanSquaredError" });
  const zeros = tensor("float32", [2, 2], new Float32Array(4));
  await model.fit(zeros, zeros, { verbose: 0 });
  await model.save(path("whole.h5"));
  await model.dispose();
  const file = readH5(readFileSync(path("whole.h5")), "whole.h5");
  writeFileSync(path("changed.h5"), await writeKerasH5({ ...file, ...change(file) }));
  return await loadModel(path("changed.h5")).catch((error: unknown) => error);
}

type Tensors = KerasH5["layers"][number]["weights"];
const inLayer = (file: KerasH5, name: string, change: (weights: Tensors) => Tensors) => ({
  layers: file.layers.map((layer) =>
    layer.name === name ? { name, weights: change(layer.weights) } : layer,
  ),
});

describe("a file whose parts do not go together is refused:", () => {
  it.each<[string, (file: KerasH5) => Partial<KerasH5>, RegExp]>([
    [
      "a weight of another shape",
      (file) =>
        inLayer(file, "second", ([kernel, ...rest]) => [
          { name: kernel?.name ?? "", shape: [2, 3], data: new Float32Array(6) },
          ...rest,
        ]),
      /second\/kernel.* has shape \[2, 3\], but the model needs \[3, 2\]/,
    ],
    [
      "a weight that is missing",
      (file) => inLayer(file, "second", (weights) => weights.slice(1)),
      /layer "second" needs 2 weights, but the file stores 1/,
    ],
    [
      "a layer that is missing",
      (file) => ({ layers: file.layers.slice(1) }),
      /the model has 3 layers with weights, but the file stores 2/,
    ],
    [
      "a slot of another shape",
      (file) => ({
        optimizerWeights: file.optimizerWeights?.map((slot) =>
          slot.name.includes("velocity/second/kernel")
            ? { name: slot.name, shape: [6], data: new Float32Array(6) }
            : slot,
        ),
      }),
      /velocity\/second\/kernel.* has shape \[6\], but the model needs \[3, 2\]/,
    ],
    [
      "a model that is no stack of layers",
      () => ({ modelConfig: { class_name: "Subclassed" } }),
      /only Sequential and Functional models are supported, but the file holds a Subclassed/,
    ],
    [
      "a layer that does not fit its input",
      (file) => ({
        modelConfig: JSON.parse(JSON.stringify(file.modelConfig).replace('"axis":-1', '"axis":2')),
      }),
      /Layer 2 "normal": Axis 2 is outside a tensor of rank 2/,
    ],
    [
      "a layer of an unknown class",
      (file) => ({
        modelConfig: JSON.parse(JSON.stringify(file.modelConfig).replace("BatchNormalization", "LSTM")),
      }),
      /layers\[2\] LSTM "normal": layers of class LSTM are not supported/,
    ],
    [
      "an unknown optimizer",
      (file) => ({ trainingConfig: { ...file.trainingConfig, optimizer_config: "muon" } }),
      /training_config, optimizer_config: there is no optimizer "muon"/,
    ],
  ])("%s", async (_, change, message) => {
    const error = await openChanged(change);
    expect(error).toBeInstanceOf(TrazoError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message.startsWith(path("changed.h5"))).toBe(true);
  });

  it("nothing at all, when nothing is changed", async () => {
    expect(await openChanged(() => ({}))).not.toBeInstanceOf(Error);
  });

  it("a configuration that is no JSON", async () => {
    const bytes = await writeHdf5((root: h5wasm.File) => {
      root.create_attribute("model_config", '{"class_name": "Sequential", ');
    });
    expect(() => readH5(bytes, "half.h5")).toThrow(/^half\.h5: .*"model_config" is not valid JSON/);
  });

  it("a group of weights that is missing", async () => {
    const bytes = await writeHdf5((root: h5wasm.File) => {
      root.create_attribute("model_config", '{"class_name": "Sequential", "config": {"layers": []}}');
    });
    expect(() => readH5(bytes, "none.h5")).toThrow(/^none\.h5: "model_weights" is missing/);
  });
});

describe("a damaged heap of strings", () => {
  const whole = readFileSync(kerasFixture("keras3.h5"));
  const start = whole.indexOf("GCOL");
  const firstSize = start + 16 + 8;

  /** The file with a 64-bit number written over its bytes at an offset. */
  function withNumber(offset: number, value: bigint): Buffer {
    const bytes = Buffer.from(whole);
    bytes.writeBigUInt64LE(value, offset);
    return bytes;
  }

  /** Free space of no size at the heap's beginning: who steps over it stands still. */
  function withEmptyFreeSpace(): Buffer {
    const bytes = withNumber(firstSize, 0n);
    bytes.writeUInt16LE(0, start + 16);
    return bytes;
  }

  it.each(["keras3.h5", "tf_keras.h5", "keras3-amsgrad.h5", "tf_keras-rmsprop.h5"])(
    "is not found in a sound file (%s)",
    (name) => {
      const bytes = readFileSync(kerasFixture(name));
      expect(bytes.includes("GCOL")).toBe(true);
      expect(readH5(bytes, name).modelConfig.class_name).toBe("Sequential");
    },
  );

  it.each<[string, () => Buffer, number]>([
    ["leads out of the heap", () => withNumber(firstSize, 1n << 20n), start + 16],
    // Wraps to a step of 0.
    ["is impossible", () => withNumber(firstSize, (1n << 64n) - 16n), firstSize],
    ["leads past the end of the file", () => withNumber(start + 8, 1n << 40n), start],
    // A reader that steps by this size never comes back.
    ["leads round in the heap", withEmptyFreeSpace, start + 16],
  ])("is found where a size %s", (_, bytes, offset) => {
    expect(() => readH5(bytes(), "flipped.h5")).toThrow(
      new RegExp(`^flipped\\.h5: the HDF5 file is damaged .*at byte ${offset}.*Copy or download it again`),
    );
  });

  it("is an error that says so where the file was cut", () => {
    expect(() => readH5(whole.subarray(0, 50_000), "cut.h5")).toThrow(
      /^cut\.h5: the HDF5 file is damaged .*truncated: of \d+ bytes only 50000 are there/,
    );
  });
});
