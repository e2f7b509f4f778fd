import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { residualBlock } from "../../../../examples/extend/residual-block.js";
import {
  fromKeras,
  layers,
  loadModel,
  nodeRuntime,
  type Sequential,
  sequential,
  tensor,
} from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";

const { path } = temporaryFolder();
const runtime = nodeRuntime({ threads: 1 });
const x = tensor(
  "float32",
  [8, 4, 4, 1],
  Float32Array.from({ length: 128 }, (_, i) => Math.sin(i)),
);
const y = tensor(
  "uint8",
  [8],
  Uint8Array.from({ length: 8 }, (_, i) => i % 2),
);
const customObjects = { layers: [residualBlock] };
const epoch = { epochs: 1, batchSize: 4, verbose: 0 } as const;

async function trained(seed = 3): Promise<Sequential> {
  const model = sequential(
    [
      layers.conv2d({ filters: 2, kernelSize: 3, padding: "same", inputShape: [4, 4, 1] }),
      residualBlock({ name: "block" }),
      layers.flatten(),
      layers.dense({ units: 2, activation: "softmax" }),
    ],
    { seed, runtime },
  );
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
  await model.fit(x, y, epoch);
  return model;
}

describe("a model as bytes", () => {
  let model: Sequential;
  beforeAll(async () => {
    model = await trained();
    model.preparation = { divisor: 127.5, mean: [1] };
  });

  it.each([
    ["toKeras", () => model.toKeras()],
    ["toH5", () => model.toH5()],
  ] as const)(
    "%s gives what fromKeras opens, a layer of one's own and the optimizer included",
    async (_, write) => {
      const copy = await fromKeras(await write(), { seed: 3, runtime, customObjects });
      expect(copy.getWeights()).toEqual(model.getWeights());
      expect(copy.getOptimizerSlots()).toEqual(model.getOptimizerSlots());
      expect(copy.preparation).toEqual(model.preparation);
      expect(copy.metricsNames).toEqual(model.metricsNames);
      const original = await trained();
      await original.fit(x, y, { ...epoch, initialEpoch: 1, epochs: 2 });
      await copy.fit(x, y, { ...epoch, initialEpoch: 1, epochs: 2 });
      expect(copy.getWeights()).toEqual(original.getWeights());
    },
  );

  it("is what save writes and loadModel reads", async () => {
    await model.save(path("saved.h5"));
    expect(new Uint8Array(readFileSync(path("saved.h5"))).length).toBe((await model.toH5()).length);
    await model.save(path("saved.keras"));
    const bytes = new Uint8Array(readFileSync(path("saved.keras")));
    const fromBytes = await fromKeras(bytes, { runtime, customObjects });
    const fromFile = await loadModel(path("saved.keras"), { runtime, customObjects });
    expect(fromBytes.toJSON()).toEqual(fromFile.toJSON());
    expect(fromBytes.getWeights()).toEqual(fromFile.getWeights());
  });

  it("may come as a part of a larger buffer", async () => {
    const bytes = await model.toKeras();
    const larger = new Uint8Array(bytes.length + 20).fill(7);
    larger.set(bytes, 13);
    const copy = await fromKeras(larger.subarray(13, 13 + bytes.length), { runtime, customObjects });
    expect(copy.getWeights()).toEqual(model.getWeights());
  });

  it("gives its weights, and the optimizer's state, to another model", async () => {
    const other = await trained(5);
    expect(other.getWeights()).not.toEqual(model.getWeights());
    await other.loadWeights(await model.weightsToH5());
    expect(other.getWeights()).toEqual(model.getWeights());
    expect(other.getOptimizerSlots()).toEqual(model.getOptimizerSlots());
  });

  it("opens without what it was compiled with, if that is wanted", async () => {
    const copy = await fromKeras(await model.toKeras(), { compile: false, runtime, customObjects });
    expect(copy.isCompiled).toBe(false);
  });

  it("is refused in words when the bytes are something else", async () => {
    const bytes = await model.toKeras();
    await expect(fromKeras(new Uint8Array(10))).rejects.toThrow(
      "fromKeras: this is neither a .keras file nor an HDF5 file",
    );
    await expect(fromKeras(bytes.subarray(0, 500))).rejects.toThrow("fromKeras: the zip archive is damaged");
    await expect(fromKeras("model.keras" as never)).rejects.toThrow(
      'from the bytes of its file, a Uint8Array, but got "model.keras". loadModel(path) opens a file.',
    );
    await expect(fromKeras(bytes, { runtime })).rejects.toThrow("customObjects: { layers:");
    await expect(fromKeras(bytes, { customObjects: { layers: [1] } } as never)).rejects.toThrow(
      "fromKeras: customObjects.layers must hold what defineLayer({ … }) gave.",
    );
    await expect(model.loadWeights(new Uint8Array(10))).rejects.toThrow("loadWeights: this is neither");
  });
});
