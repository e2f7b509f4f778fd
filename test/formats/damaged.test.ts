import { readFileSync, writeFileSync } from "node:fs";
import type * as h5wasm from "h5wasm";
import { describe, expect, it } from "vitest";
import { writeHdf5 } from "../../src/formats/hdf5.js";
import { damagedHeapObject } from "../../src/formats/hdf5-heap.js";
import { type KerasH5, readKerasH5, writeKerasH5 } from "../../src/formats/keras-h5.js";
import { layers, loadModel, optimizers, sequential, TrazoError, tensor } from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { kerasFixture } from "../fixtures/keras/keras-fixtures.js";

const { path } = temporaryFolder();

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
  const file = await readKerasH5(readFileSync(path("whole.h5")), "whole.h5");
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
      () => ({ modelConfig: { class_name: "Functional" } }),
      /Functional/,
    ],
    [
      "a layer that does not fit its input",
      (file) => ({
        modelConfig: JSON.parse(JSON.stringify(file.modelConfig).replace('"axis":-1', '"axis":2')),
      }),
      /"normal": BatchNormalization over axis 2 is not supported for inputs \[.*, 3\], only .* 1 or -1/,
    ],
    [
      "a layer of an unknown class",
      (file) => ({
        modelConfig: JSON.parse(JSON.stringify(file.modelConfig).replace("BatchNormalization", "LSTM")),
      }),
      /layer 2 "normal": layers of class LSTM are not supported/,
    ],
    [
      "an unknown optimiser",
      (file) => ({ trainingConfig: { ...file.trainingConfig, optimizer_config: "lion" } }),
      /training_config, optimizer_config: there is no optimiser "lion"/,
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
    await expect(readKerasH5(bytes, "half.h5")).rejects.toThrow(
      /^half\.h5: .*"model_config" is not valid JSON/,
    );
  });

  it("a group of weights that is missing", async () => {
    const bytes = await writeHdf5((root: h5wasm.File) => {
      root.create_attribute("model_config", '{"class_name": "Sequential", "config": {"layers": []}}');
    });
    await expect(readKerasH5(bytes, "none.h5")).rejects.toThrow(/^none\.h5: "model_weights" is missing/);
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
      expect(damagedHeapObject(bytes)).toBeUndefined();
    },
  );

  it("is found where sizes lead out of the heap, round in it, or past the end of the file", () => {
    expect(damagedHeapObject(withNumber(firstSize, 1n << 20n))).toBe(start + 16);
    // Wraps to a step of 0.
    expect(damagedHeapObject(withNumber(firstSize, (1n << 64n) - 16n))).toBe(start + 16);
    expect(damagedHeapObject(withNumber(start + 8, 1n << 40n))).toBe(start);
    expect(damagedHeapObject(withEmptyFreeSpace())).toBe(start + 16);
  });

  // A library that follows these sizes never comes back, so the test would end by its time limit.
  it("is an error at once, not a wait for ever", async () => {
    await expect(readKerasH5(withEmptyFreeSpace(), "flipped.h5")).rejects.toThrow(
      /^flipped\.h5: the HDF5 file is damaged .* Copy or download it again/,
    );
  });

  it("says what is wrong with a file that was cut", async () => {
    await expect(readKerasH5(whole.subarray(0, 50_000), "cut.h5")).rejects.toThrow(
      /^cut\.h5: the HDF5 file is damaged .*truncated/,
    );
  });
});
