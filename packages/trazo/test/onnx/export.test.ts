import { readdirSync, readFileSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import { type ModelProto, ModelProtoSchema } from "onnx-buf";
import { describe, expect, it } from "vitest";
import {
  divide,
  layers,
  loadMnist,
  type OnnxOptions,
  optimizers,
  type Sequential,
  sequential,
  type Tensor,
  tensor,
  toCategorical,
  version,
} from "../../src/index.js";
import { sliceRows } from "../../src/tensor.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { practiceNetwork } from "../formats/practice-network.js";
import { noise, runtime, smallNet } from "../model/tiny.js";

const { path } = temporaryFolder();
const { train, test } = await loadMnist();
const trained200 = sliceRows(train.images, 0, 200);
const pixels = sliceRows(test.images, 0, 1000);
const read = (bytes: Uint8Array): ModelProto => fromBinary(ModelProtoSchema, bytes);
const operatorsOf = (file: ModelProto): string[] => file.graph?.node.map(({ opType }) => opType) ?? [];
const metadataOf = (file: ModelProto): Record<string, unknown> =>
  Object.fromEntries(file.metadataProps.map(({ key, value }) => [key, JSON.parse(value)]));
const shapeOf = (value: ModelProto["graph"] & object, of: "input" | "output"): unknown[] => {
  const type = value[of][0]?.type?.value;
  if (type?.case !== "tensorType") throw new Error("no tensor");
  return type.value.shape?.dim.map((dim) => dim.value.value) ?? [];
};

/** A network some steps into its training, so that moving averages are not what they began as. */
async function trained(name: string): Promise<Sequential> {
  const model = practiceNetwork(name, 3, runtime);
  model.compile({ optimizer: optimizers.adam(), loss: "categoricalCrossentropy" });
  const targets = toCategorical(sliceRows(train.labels, 0, 200), 10);
  await model.fit(divide(trained200, 255), targets, { batchSize: 20, verbose: 0 });
  return model;
}

async function run(model: Sequential, options: OnnxOptions, images: Tensor): Promise<Float32Array> {
  const session = await (await runtime).load(model.toOnnx(options));
  const { probabilities } = await session.run({ images });
  await session.release();
  return probabilities?.data as Float32Array;
}

const floats = tensor(
  "float32",
  pixels.shape,
  Float32Array.from(pixels.data, (pixel) => pixel / 255),
);

function furthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}

describe.each(["base", "l2", "dropout", "batchnorm", "augmentation"])("the exported network %s", (name) => {
  it("predicts as the model does, for floats and for bytes", async () => {
    const model = await trained(name);
    const { data } = await model.predict(divide(pixels, 255));
    expect(furthest(await run(model, {}, floats), data)).toBeLessThan(1e-6);
    expect(furthest(await run(model, { inputDtype: "uint8" }, pixels), data)).toBeLessThan(1e-6);
    await model.dispose();
  });

  it("is inference alone, its weights where other tools look for them", async () => {
    const found = operatorsOf(read((await trained(name)).toOnnx()));
    const expected = [
      ...["Transpose", "Conv", "Relu", "AveragePool", "Conv", "Relu", "AveragePool", "Transpose", "Reshape"],
      ...["Gemm", "Relu", "Gemm", "Relu", "Gemm", "Softmax"],
    ];
    const normalization = ["Sub", "Mul", "Add"];
    expect(found.filter((op) => !normalization.includes(op))).toEqual(expected);
    const isNormalized = name === "batchnorm" || name === "augmentation";
    expect(found.filter((op) => normalization.includes(op))).toHaveLength(isNormalized ? 6 : 0);
  });
});

describe("an exported file", () => {
  it("says what goes in and out, who made it, and how pictures are prepared", () => {
    const file = read(smallNet().toOnnx({ classes: ["cat", "dog", "Ñandú"] }));
    expect(file.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([["", 17n]]);
    expect([file.irVersion, file.producerName, file.producerVersion]).toEqual([8n, "trazo", version]);
    const graph = file.graph as ModelProto["graph"] & object;
    expect(graph.input.map((value) => value.name)).toEqual(["images"]);
    expect(graph.output.map((value) => value.name)).toEqual(["probabilities"]);
    expect(shapeOf(graph, "input")).toEqual(["batch", 4n, 4n, 1n]);
    expect(shapeOf(graph, "output")).toEqual(["batch", 3n]);
    expect(metadataOf(file)).toEqual({
      preprocessing: { layout: "NHWC", dtype: "float32", divisor: 255 },
      classes: ["cat", "dog", "Ñandú"],
    });
  });

  it("tells the user of bytes that nothing is to be divided", () => {
    const options = { inputDtype: "uint8", inputLayout: "NCHW", pixelDivisor: 127.5 } as const;
    expect(metadataOf(read(smallNet().toOnnx(options)))).toEqual({
      preprocessing: { layout: "NCHW", dtype: "uint8", divisor: 1 },
    });
    expect(metadataOf(read(smallNet().toOnnx({ pixelDivisor: 127.5 })))).toEqual({
      preprocessing: { layout: "NHWC", dtype: "float32", divisor: 127.5 },
    });
  });

  it("takes channels first when asked, with several channels too", async () => {
    const model = sequential(
      [
        layers.input({ shape: [4, 5, 3] }),
        layers.conv2d({ filters: 2, kernelSize: 3 }),
        layers.flatten(),
        layers.dense({ units: 3, activation: "softmax" }),
      ],
      { seed: 1, runtime },
    );
    const data = noise(2 * 60);
    const last = tensor("float32", [2, 4, 5, 3], data);
    const first = tensor("float32", [2, 3, 4, 5], new Float32Array(120));
    for (let i = 0; i < 120; i++) {
      const [image, pixel, channel] = [Math.floor(i / 60), Math.floor((i % 60) / 3), i % 3];
      first.data[image * 60 + channel * 20 + pixel] = data[i] as number;
    }
    const expected = (await model.predict(last)).data;
    expect(furthest(await run(model, { inputLayout: "NCHW" }, first), expected)).toBeLessThan(1e-6);
    expect(shapeOf(read(model.toOnnx({ inputLayout: "NCHW" })).graph as never, "input")).toEqual([
      "batch",
      3n,
      4n,
      5n,
    ]);
  });

  it("calls its output probabilities only where the last layer makes them", () => {
    const model = sequential([layers.dense({ units: 2, inputShape: [3] })], { seed: 1 });
    expect(read(model.toOnnx()).graph?.output[0]?.name).toBe("predictions");
  });

  it("holds the weights of the moment", async () => {
    const model = smallNet();
    const images = tensor("float32", [1, 4, 4, 1], noise(16));
    const before = await run(model, {}, images);
    model.setWeights(model.getWeights().map((values) => values.map((w) => w * 2)));
    const after = await run(model, {}, images);
    expect(furthest(before, after)).toBeGreaterThan(1e-3);
    expect(furthest(after, (await model.predict(images)).data)).toBeLessThan(1e-6);
  });

  it("is written whole, by save and by saveOnnx", async () => {
    const model = smallNet();
    await model.save(path("model.onnx"));
    await model.saveOnnx(path("bytes.onnx"), { inputDtype: "uint8" });
    expect(readFileSync(path("model.onnx")).equals(model.toOnnx())).toBe(true);
    expect(readFileSync(path("bytes.onnx")).equals(model.toOnnx({ inputDtype: "uint8" }))).toBe(true);
    expect(readdirSync(path(".")).filter((name) => name.includes("tmp"))).toEqual([]);
  });

  it("is refused with a reason where an option makes no sense", async () => {
    const model = smallNet();
    const vector = sequential([layers.dense({ units: 2, inputShape: [3] })], { seed: 1 });
    expect(() => model.toOnnx({ inputDtype: "int8" as never })).toThrow(
      'inputDtype must be "float32" or "uint8"',
    );
    expect(() => model.toOnnx({ pixelDivisor: 0 })).toThrow("pixelDivisor must be a positive finite number");
    expect(() => model.toOnnx({ classes: ["a", "b"] })).toThrow(
      "classes needs a name for each output of the model, [batch, 3], but has 2.",
    );
    expect(() => model.toOnnx({ classes: ["a", "b", "a"] })).toThrow('"a" is named twice');
    expect(() => vector.toOnnx({ inputLayout: "NCHW" })).toThrow("for images");
    expect(() => model.toOnnx({ input_dtype: "uint8" } as never)).toThrow("Did you mean inputDtype?");
    await expect(model.saveOnnx(path("model.h5"))).rejects.toThrow("ends in .onnx");
  });
});
