import { readFileSync, writeFileSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import { type GraphProto, ModelProtoSchema, type TensorProto } from "onnx-buf";
import { beforeAll, describe, expect, it } from "vitest";
import { base } from "../../../practice/src/techniques/base.js";
import {
  apply,
  model as connected,
  divide,
  layers,
  loadMnist,
  openClassifier,
  optimizers,
  type QuantizeOptions,
  quantizeOnnx,
  type Sequential,
  sequential,
  tensor,
  toCategorical,
} from "../../src/index.js";
import { storedTensor } from "../../src/onnx-format/stored-tensor.js";
import { sliceRows } from "../../src/tensor.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { practiceNetwork } from "../formats/practice-network.js";
import { noise, runtime } from "../model/tiny.js";

const { path } = temporaryFolder();
const { train } = await loadMnist();
const calibration = sliceRows(train.images, 0, 64);
const images = sliceRows(train.images, 1000, 1300);
const modes: readonly QuantizeOptions[] = [{ mode: "dynamic" }, { mode: "static", calibration, runtime }];

const graphOf = (bytes: Uint8Array): GraphProto => fromBinary(ModelProtoSchema, bytes).graph as GraphProto;
const operatorsOf = (bytes: Uint8Array): string[] => graphOf(bytes).node.map(({ opType }) => opType);
const tensorOf = (graph: GraphProto, name: string): TensorProto =>
  graph.initializer.find((proto) => proto.name === name) as TensorProto;

async function classify(bytes: Uint8Array, of = images): Promise<Float32Array> {
  const file = path("quantized.onnx");
  writeFileSync(file, bytes);
  const classifier = await openClassifier(file, { runtime });
  const { data } = await classifier.classify(of);
  await classifier.dispose();
  return data;
}

const furthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);

let model: Sequential;
let floats: Uint8Array;

beforeAll(async () => {
  model = practiceNetwork("batchnorm", 3, runtime);
  model.compile({ optimizer: optimizers.adam({ learningRate: 0.01 }), loss: "categoricalCrossentropy" });
  const targets = toCategorical(sliceRows(train.labels, 0, 1000), 10);
  await model.fit(divide(sliceRows(train.images, 0, 1000), 255), targets, {
    epochs: 4,
    batchSize: 20,
    verbose: 0,
  });
  floats = model.toOnnx();
});

describe.each(modes)("quantized ($mode)", (options) => {
  it("gives nearly the same probabilities, for bytes and channels first too", async () => {
    const expected = await classify(floats);
    for (const input of [{}, { inputDtype: "uint8", inputLayout: "NCHW" } as const]) {
      const found = await classify(await quantizeOnnx(model.toOnnx(input), options));
      const distance = furthest(found, expected);
      expect(distance).toBeLessThan(0.1);
      // And not because nothing was rounded.
      expect(distance).toBeGreaterThan(1e-5);
    }
  });

  it("is a quarter of the size", async () => {
    const whole = base.network({ seed: 1 }).toOnnx();
    expect((await quantizeOnnx(whole, options)).length).toBeLessThan(0.26 * whole.length);
  });

  it("holds no weights as floats, and says what was done", async () => {
    const bytes = await quantizeOnnx(floats, options);
    const graph = graphOf(bytes);
    const kernels = graph.initializer.filter(({ dims }) => dims.length > 1);
    expect(kernels).toHaveLength(5);
    for (const { dataType } of kernels) expect(dataType).toBe(3);
    const { metadataProps } = fromBinary(ModelProtoSchema, bytes);
    expect(metadataProps.find(({ key }) => key === "quantization")?.value).toBe(`int8, ${options.mode}`);
    expect(metadataProps.map(({ key }) => key)).toContain("preprocessing");
  });

  it("reads what PyTorch exported, whose dense kernels lie the other way", async () => {
    const theirs = readFileSync(new URL("../fixtures/onnx/pytorch.onnx", import.meta.url));
    const expected = await classify(theirs);
    expect(furthest(await classify(await quantizeOnnx(theirs, options)), expected)).toBeLessThan(0.02);
  });

  it("leaves alone what cannot be quantized, and says so when that is all", async () => {
    const bytes = await quantizeOnnx(floats, options);
    await expect(quantizeOnnx(bytes, options)).rejects.toThrow(
      "no convolution or matrix product with float32 weights",
    );
  });
});

describe("dynamic quantization", () => {
  it("multiplies matrices in integers, and convolves floats", async () => {
    const found = operatorsOf(await quantizeOnnx(floats, { mode: "dynamic" }));
    const count = (op: string): number => found.filter((one) => one === op).length;
    expect(["Gemm", "MatMulInteger", "DynamicQuantizeLinear", "Conv", "DequantizeLinear"].map(count)).toEqual(
      [0, 3, 3, 2, 2],
    );
  });

  it("rounds every weight to the nearest number of its channel's scale", async () => {
    const [before, after] = [graphOf(floats), graphOf(await quantizeOnnx(floats, { mode: "dynamic" }))];
    const weights = storedTensor(tensorOf(before, "dense/kernel"))?.data as Float32Array;
    const whole = new Int8Array(new Uint8Array(tensorOf(after, "dense/kernel_int8").rawData).buffer);
    const scales = storedTensor(tensorOf(after, "dense/kernel_scales"))?.data as Float32Array;
    expect(scales).toHaveLength(8);
    for (const [i, weight] of weights.entries()) {
      const scale = scales[i % 8] as number;
      expect(Math.abs((whole[i] as number) * scale - weight)).toBeLessThanOrEqual(scale * 0.501);
    }
    // Each channel uses its range to the end, and no product of two overflows 16 bits.
    for (let channel = 0; channel < 8; channel++) {
      const own = whole.filter((_, i) => i % 8 === channel);
      expect(Math.max(...own.map(Math.abs))).toBe(64);
    }
  });
});

describe("static quantization", () => {
  it("puts bytes around every product, by ONNX's own operators", async () => {
    const found = operatorsOf(await quantizeOnnx(floats, { mode: "static", calibration, runtime }));
    const count = (op: string): number => found.filter((one) => one === op).length;
    expect([count("Conv"), count("Gemm")]).toEqual([2, 3]);
    // Five inputs of products, four of their outputs; kernels and biases only come back.
    expect([count("QuantizeLinear"), count("DequantizeLinear")]).toEqual([9, 9 + 5 + 5]);
  });

  it("keeps a bias whose channel has no weights to speak of", async () => {
    const small = sequential(
      [
        layers.input({ shape: [4, 4, 1] }),
        layers.flatten(),
        layers.dense({ units: 3, activation: "softmax" }),
      ],
      { seed: 1, runtime },
    );
    const kernel = Float32Array.from({ length: 48 }, (_, i) => (i % 3 === 0 ? 0 : i % 3 === 1 ? 1e-20 : 0.1));
    small.setWeights([kernel, Float32Array.of(-2, 3, 1)]);
    const pictures = tensor(
      "uint8",
      [2, 4, 4, 1],
      Uint8Array.from({ length: 32 }, (_, i) => i * 8),
    );
    const bytes = await quantizeOnnx(small.toOnnx(), { mode: "static", calibration: pictures, runtime });
    const expected = (await small.predict(divide(pictures, 255))).data;
    expect(furthest(await classify(bytes, pictures), expected)).toBeLessThan(0.01);
  });

  it("asks for pictures to measure with, of the right size", async () => {
    await expect(quantizeOnnx(floats, { mode: "static" })).rejects.toThrow("some hundred training pictures");
    const wrong = tensor("uint8", [1, 4, 4, 1], new Uint8Array(16));
    await expect(quantizeOnnx(floats, { mode: "static", calibration: wrong, runtime })).rejects.toThrow(
      "pictures of shape [28, 28, 1], but these have [4, 4, 1]",
    );
  });
});

describe("quantized, a network of several outputs", () => {
  const side = 8;
  const pictures = tensor(
    "uint8",
    [16, side, side, 1],
    Uint8Array.from({ length: 16 * side * side }, (_, i) => (i * 37) % 256),
  );
  const scaled = tensor(
    "float32",
    pictures.shape,
    Float32Array.from(pictures.data, (byte) => byte / 255),
  );
  const sizes = tensor("float32", [16, 2], noise(32, 5));

  /** A linear output that is made before the others, probabilities, and a branch of several layers. */
  function branched(takesSizes: boolean): { readonly floats: Uint8Array; readonly names: readonly string[] } {
    const pixels = layers.input({ shape: [side, side, 1], name: "pixels" });
    const size = layers.input({ shape: [2], name: "size" });
    const maps = apply(layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu" }), pixels);
    const flat = apply(layers.flatten(), maps);
    const body = takesSizes ? apply(layers.concatenate(), [flat, size]) : flat;
    const amount = apply(layers.dense({ units: 1, name: "amount" }), body);
    const kind = apply(layers.dense({ units: 3, activation: "softmax", name: "kind" }), body);
    const hidden = apply(layers.dense({ units: 4, activation: "relu" }), body);
    const place = apply(layers.dense({ units: 2, name: "place" }), hidden);
    const inputs = takesSizes ? [pixels, size] : [pixels];
    const net = connected({ inputs, outputs: [amount, kind, place], seed: 3, runtime });
    return { floats: net.toOnnx(), names: net.outputNames };
  }

  async function outputsOf(bytes: Uint8Array) {
    const session = await (await runtime).load(bytes);
    const [first, second] = graphOf(bytes).input.map(({ name }) => name) as [string, string?];
    const outputs = await session.run({ [first]: scaled, ...(second && { [second]: sizes }) });
    await session.release();
    return outputs;
  }

  it.each([
    ["dynamic", false],
    ["dynamic", true],
    ["static", false],
  ] as const)("gives nearly the same of each (%s, second input: %s)", async (mode, takesSizes) => {
    const { floats, names } = branched(takesSizes);
    const bytes = await quantizeOnnx(floats, { mode, calibration: pictures, runtime });
    expect(graphOf(bytes).output.map(({ name }) => name)).toEqual(names);
    const [found, wanted] = [await outputsOf(bytes), await outputsOf(floats)];
    for (const name of names) {
      const [a, b] = [found[name]?.data, wanted[name]?.data] as [Float32Array, Float32Array];
      const distance = furthest(a, b);
      expect(distance, name).toBeLessThan(0.02);
      expect(distance, name).toBeGreaterThan(1e-6);
    }
  });

  it("makes bytes of no output, nor of what a softmax takes", async () => {
    const { floats } = branched(false);
    const { node } = graphOf(await quantizeOnnx(floats, { mode: "static", calibration: pictures, runtime }));
    const makers = node.filter(({ opType }) => opType === "Gemm" || opType === "Relu");
    const takers = makers.map(({ output }) =>
      node.filter(({ input }) => input.includes(output[0] as string)).map(({ opType }) => opType),
    );
    // The convolution's ReLU, amount, kind, the hidden layer and its ReLU, place.
    expect(takers).toEqual([["QuantizeLinear"], [], ["Softmax"], ["Relu"], ["QuantizeLinear"], []]);
  });

  it("is refused by name where pictures cannot measure it", async () => {
    const { floats } = branched(true);
    await expect(quantizeOnnx(floats, { mode: "static", calibration: pictures, runtime })).rejects.toThrow(
      /several inputs, pixels, size, but static quantization measures with pictures alone. .*mode "dynamic"/,
    );
  });
});

it("refuses what it does not know", async () => {
  await expect(quantizeOnnx(floats, { mode: "int4" as never })).rejects.toThrow(
    '"dynamic" or "static", but is "int4"',
  );
  await expect(quantizeOnnx(floats, { mode: "dynamic", bits: 4 } as never)).rejects.toThrow(
    'no option "bits"',
  );
  await expect(quantizeOnnx(new Uint8Array(9), { mode: "dynamic" })).rejects.toThrow(
    "not an ONNX file, or it is damaged",
  );
});
