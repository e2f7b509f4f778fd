import { describe, expect, it } from "vitest";
import { layers, sequential, TrazoError, tensor } from "../../src/index.js";
import { noise } from "../model/tiny.js";
import { apply } from "./reference.js";

const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => i);

describe("dense", () => {
  it("multiplies the last axis, whatever comes before it", async () => {
    const kernel = Float32Array.of(1, 2, 3, 4, 5, 6);
    const bias = Float32Array.of(10, 20, 30);
    const wanted = (x0: number, x1: number) => [x0 + 4 * x1 + 10, 2 * x0 + 5 * x1 + 20, 3 * x0 + 6 * x1 + 30];
    const layer = layers.dense({ units: 3 });
    const flat = await apply(layer, tensor("float32", [2, 2], numbers(4)), [kernel, bias]);
    expect([...flat.data]).toEqual([...wanted(0, 1), ...wanted(2, 3)]);
    const deep = await apply(layer, tensor("float32", [1, 2, 1, 2], numbers(4)), [kernel, bias]);
    expect(deep.shape).toEqual([1, 2, 1, 3]);
    expect([...deep.data]).toEqual([...flat.data]);
  });

  it("has no bias with useBias false", async () => {
    const layer = layers.dense({ units: 1, useBias: false });
    const y = await apply(layer, tensor("float32", [1, 2], numbers(2)), [Float32Array.of(5, 7)]);
    expect([...y.data]).toEqual([7]);
  });
});

describe("flatten and reshape", () => {
  it("keep the order of height, width, channels", async () => {
    const x = tensor("float32", [2, 2, 3, 2], numbers(24));
    const flat = await apply(layers.flatten(), x);
    expect(flat.shape).toEqual([2, 12]);
    expect([...flat.data]).toEqual([...numbers(24)]);
    const folded = await apply(layers.reshape({ targetShape: [3, -1] }), x);
    expect(folded.shape).toEqual([2, 3, 4]);
    expect([...folded.data]).toEqual([...numbers(24)]);
  });

  it("after a convolution still do", async () => {
    const x = tensor("float32", [1, 2, 2, 1], numbers(4));
    const model = sequential(
      [
        layers.input({ shape: [2, 2, 1] }),
        layers.conv2d({ filters: 2, kernelSize: 1, useBias: false }),
        layers.flatten(),
      ],
      { seed: 1 },
    );
    model.setWeights([Float32Array.of(1, 100)]);
    expect([...(await model.predict(x)).data]).toEqual([0, 0, 1, 100, 2, 200, 3, 300]);
  });
});

describe("globalAveragePooling2d", () => {
  it("is the mean over height and width", async () => {
    const y = await apply(layers.globalAveragePooling2d(), tensor("float32", [1, 2, 2, 2], numbers(8)));
    expect([...y.data]).toEqual([3, 4]);
  });
});

describe("batchNormalization", () => {
  const weights = [
    Float32Array.of(2, 3),
    Float32Array.of(0.5, -0.5),
    Float32Array.of(1, 2),
    Float32Array.of(4, 0.25),
  ];
  const x = tensor("float32", [1, 1, 2, 2], Float32Array.of(3, 1, 0, 2));
  const norm = (value: number, channel: number, epsilon: number): number => {
    const [gamma, beta, mean, variance] = weights.map((list) => list[channel] as number) as [
      number,
      number,
      number,
      number,
    ];
    return (gamma * (value - mean)) / Math.sqrt(variance + epsilon) + beta;
  };

  it("normalizes the last axis by its moving statistics", async () => {
    const wanted = [norm(3, 0, 1e-3), norm(1, 1, 1e-3), norm(0, 0, 1e-3), norm(2, 1, 1e-3)];
    const { data } = await apply(layers.batchNormalization(), x, weights);
    for (const [i, value] of wanted.entries()) expect(data[i]).toBeCloseTo(value, 5);
  });

  it("has fewer weights without center or scale", async () => {
    const names = (options: Parameters<typeof layers.batchNormalization>[0]) =>
      sequential([layers.input({ shape: [2] }), layers.batchNormalization(options)]).definition.variables.map(
        ({ spec }) => spec.name,
      );
    expect(names({})).toEqual(["gamma", "beta", "moving_mean", "moving_variance"]);
    expect(names({ scale: false })).toEqual(["beta", "moving_mean", "moving_variance"]);
    expect(names({ center: false })).toEqual(["gamma", "moving_mean", "moving_variance"]);
    const bare = layers.batchNormalization({ center: false, scale: false, epsilon: 0 });
    const { data } = await apply(bare, x, weights.slice(2));
    expect([...data]).toEqual([1, -2, -0.5, 0]);
  });

  it("is the identity up to epsilon before any training", async () => {
    const model = sequential([layers.batchNormalization({ inputShape: [2] })], { seed: 1 });
    const { data } = await model.predict(tensor("float32", [1, 2], Float32Array.of(2, -4)));
    expect(data[0]).toBeCloseTo(2 / Math.sqrt(1.001), 5);
    expect(data[1]).toBeCloseTo(-4 / Math.sqrt(1.001), 5);
  });
});

describe("cropping", () => {
  it.each([
    ["sequences", [4, 2], layers.cropping1d({ cropping: 2 }), /Cropping1D .* nothing of sequences/],
    ["images", [4, 4, 2], layers.cropping2d({ cropping: 2 }), /Cropping2D .* nothing of images/],
  ])("is refused where nothing would be left of %s", (_, shape, layer, message) => {
    expect(() => sequential([layers.input({ shape }), layer])).toThrow(message);
  });
});

describe("names", () => {
  it("are Keras's: the class in snake case, numbered where there are several", () => {
    const model = sequential([
      layers.input({ shape: [8, 8, 1] }),
      layers.conv2d({ filters: 1, kernelSize: 1 }),
      layers.conv2d({ filters: 1, kernelSize: 1 }),
      layers.batchNormalization(),
      layers.averagePooling2d(),
      layers.maxPooling2d(),
      layers.globalAveragePooling2d({ keepDims: true }),
      layers.dropout({ rate: 0.5 }),
      layers.flatten(),
      layers.dense({ units: 1, name: "last" }),
      layers.activation({ activation: "relu" }),
    ]);
    expect(model.definition.layers.map(({ name }) => name).slice(1)).toEqual([
      "conv2d",
      "conv2d_1",
      "batch_normalization",
      "average_pooling2d",
      "max_pooling2d",
      "global_average_pooling2d",
      "dropout",
      "flatten",
      "last",
      "activation",
    ]);
  });
});

describe("summary", () => {
  it("is the table that Keras prints", () => {
    const model = sequential(
      [
        layers.conv2d({ filters: 6, kernelSize: 5, inputShape: [28, 28, 1] }),
        layers.batchNormalization(),
        layers.flatten(),
        layers.dense({ units: 10 }),
      ],
      { name: "digits" },
    );
    const printed: string[] = [];
    const text = model.summary({ print: (table) => printed.push(table) });
    expect(printed).toEqual([text]);
    expect(text).toMatch(/^Model: "digits"\n/);
    expect(text).toMatch(/conv2d \(Conv2D\) +\(None, 24, 24, 6\) +156\n/);
    expect(text).toMatch(/batch_normalization \(BatchNormalization\) +\(None, 24, 24, 6\) +24\n/);
    expect(text).toMatch(/flatten \(Flatten\) +\(None, 3456\) +0\n/);
    expect(text).toMatch(/dense \(Dense\) +\(None, 10\) +34,570\n/);
    expect(text).toContain("Total params: 34,750 (135.74 KB)");
    expect(text).toContain("Trainable params: 34,738 (135.70 KB)");
    expect(text).toContain("Non-trainable params: 12 (0.05 KB)");
  });
});

describe("layers refuse", () => {
  const cases: readonly (readonly [string, () => unknown, RegExp])[] = [
    [
      "no units",
      () => layers.dense({} as { units: number }),
      /^Dense units must be a positive integer, but got nothing/,
    ],
    [
      "a penalty that is a number",
      () => layers.dense({ units: 1, kernelRegularizer: 0.01 as unknown as string }),
      /^Dense kernelRegularizer must be a name or a regularizer, e.g. regularizers.l2\(0.01\), but got 0.01/,
    ],
    [
      "an initializer that was not called",
      () => layers.dense({ units: 1, biasInitializer: layers.dense as unknown as string }),
      /^Dense biasInitializer must be a name or an initializer, .* but got the function Dense/,
    ],
    [
      "an initializer of gamma that is none",
      () => layers.batchNormalization({ gammaInitializer: {} as unknown as string }),
      /^BatchNormalization gammaInitializer must be a name or an initializer, .* but got an empty object/,
    ],
    ["half a unit", () => layers.dense({ units: 1.5 }), /^Dense units .* 1.5/],
    ["NaN filters", () => layers.conv2d({ filters: Number.NaN, kernelSize: 1 }), /^Conv2D filters .* NaN/],
    [
      "no kernel size",
      () => layers.conv2d({ filters: 1 } as Parameters<typeof layers.conv2d>[0]),
      /^Conv2D kernelSize must be a positive integer, or two for height and width, but got nothing/,
    ],
    [
      "three kernel sizes",
      () => layers.conv2d({ filters: 1, kernelSize: [1, 2, 3] as unknown as [number, number] }),
      /^Conv2D kernelSize must be a positive integer, or two for height and width, but got \[1, 2, 3\]/,
    ],
    [
      "a stride of 0",
      () => layers.maxPooling2d({ strides: 0 }),
      /^MaxPooling2D strides must be a positive integer, .* but got 0/,
    ],
    [
      "unknown padding",
      () => layers.averagePooling2d({ padding: "full" as "same" }),
      /^AveragePooling2D padding must be one of valid, same, but got "full"/,
    ],
    [
      "strides with dilation",
      () => layers.conv2d({ filters: 1, kernelSize: 3, strides: 2, dilationRate: [1, 2] }),
      /^Conv2D: strides above 1 and dilationRate above 1 cannot be combined/,
    ],
    [
      "an unknown activation",
      () => layers.dense({ units: 1, activation: "rellu" as "relu" }),
      /^Dense activation: unknown activation "rellu". Did you mean relu\? Known: linear, relu/,
    ],
    [
      "no activation",
      () => layers.activation({} as { activation: "relu" }),
      /^Activation activation must be a name such as "relu", but got nothing/,
    ],
    [
      "an unknown initializer",
      () => layers.dense({ units: 1, kernelInitializer: "xavier" }),
      /there is no initializer "xavier"/i,
    ],
    [
      "an unknown regularizer",
      () => layers.dense({ units: 1, kernelRegularizer: "l3" }),
      /no regularizer "l3"/,
    ],
    [
      "a dropout rate of NaN",
      () => layers.dropout({ rate: Number.NaN }),
      /^Dropout rate must be a finite number from 0 to 1, but got NaN/,
    ],
    ["a dropout rate above 1", () => layers.dropout({ rate: 1.1 }), /^Dropout rate .* 1.1/],
    [
      "a momentum of NaN",
      () => layers.batchNormalization({ momentum: Number.NaN }),
      /^BatchNormalization momentum .* NaN/,
    ],
    [
      "a negative epsilon",
      () => layers.batchNormalization({ epsilon: -1 }),
      /^BatchNormalization epsilon .* -1/,
    ],
    [
      "no input shape",
      () => layers.input({} as { shape: number[] }),
      /^InputLayer shape must be the shape of one sample/,
    ],
    [
      "an input of size 0",
      () => layers.input({ shape: [28, 0] }),
      /^InputLayer shape must be .* in positive integers, .* but got \[28, 0\]/,
    ],
    [
      "no target shape",
      () => layers.reshape({} as { targetShape: number[] }),
      /^Reshape targetShape must be a shape, .* but got nothing/,
    ],
    [
      "options in Python's spelling",
      () =>
        layers.conv2d({ filters: 1, kernelSize: 1, use_bias: false } as Parameters<typeof layers.conv2d>[0]),
      /^Conv2D has no option "use_bias". Did you mean useBias\?/,
    ],
    [
      "options of Keras that do not exist here",
      () => layers.flatten({ dataFormat: "channels_first" } as object),
      /^Flatten has no option "dataFormat". Known options: name, trainable, inputShape/,
    ],
    [
      "channels that groups do not divide",
      () => sequential([layers.conv2d({ filters: 2, kernelSize: 1, groups: 2, inputShape: [4, 4, 3] })]),
      /Conv2D: 3 channels cannot be divided into 2 groups of equal size/,
    ],
    [
      "a layer's own seed",
      () => layers.dropout({ rate: 0.1, seed: 1 } as never),
      /^Dropout has no option "seed"/,
    ],
    [
      "another axis",
      () => layers.batchNormalization({ axis: 1 } as never),
      /^BatchNormalization has no option "axis"/,
    ],
    [
      "dimensions kept",
      () => layers.globalAveragePooling2d({ keepdims: true } as never),
      /Did you mean keepDims/,
    ],
    [
      "a dense layer that does not know its input",
      () => layers.dense({ units: 1 }).build([]),
      /^Dense needs an input \[batch, ..., n\]/,
    ],
    [
      "pooling of what is no image",
      () => sequential([layers.input({ shape: [4] }), layers.globalAveragePooling2d()]),
      /^Layer 1 "global_average_pooling2d": GlobalAveragePooling2D takes \[batch, H, W, C\], but got \[batch, 4\]/,
    ],
  ];
  it.each(cases)("%s", (_, attempt, message) => {
    expect(attempt).toThrow(TrazoError);
    expect(attempt).toThrow(message);
  });
});

describe("a layer", () => {
  it("may be used in several models, each with weights of its own", async () => {
    const shared = layers.dense({ units: 2, inputShape: [3], name: "shared" });
    const one = sequential([shared], { seed: 1 });
    const two = sequential([shared], { seed: 2 });
    expect(one.getWeights()[0]).not.toEqual(two.getWeights()[0]);
    one.setWeights([noise(6), noise(2)]);
    expect(two.getWeights()[1]).toEqual(Float32Array.of(0, 0));
  });
});
