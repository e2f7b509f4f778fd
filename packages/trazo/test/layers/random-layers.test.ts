import { describe, expect, it } from "vitest";
import {
  type Layer,
  layers,
  nodeRuntime,
  sequential,
  type Tensor,
  TrazoError,
  tensor,
} from "../../src/index.js";
import { serializeLayer } from "../../src/layers/serialize.js";
import {
  caseName,
  largestDeviation,
  readKerasFixture,
  type Serialized,
  type StoredTensor,
  stored,
} from "../fixtures/keras/keras-fixtures.js";
import { oneHot } from "../model/tiny.js";
import { deserializeLayer } from "./deserialize-layer.js";
import { runInTraining } from "./run-in-training.js";

interface ImageCase {
  readonly layer: Serialized;
  readonly keras2: Serialized;
  readonly gray: StoredTensor;
  /** Uniform numbers, a row an image. */
  readonly u: StoredTensor;
  readonly y: StoredTensor;
}

interface ColorCase {
  readonly layer: Serialized;
  readonly keras2: Serialized;
  readonly x: StoredTensor;
  /** Uniform numbers; null outside of training. */
  readonly u: StoredTensor | null;
  readonly y: StoredTensor;
}

interface NoiseCase {
  readonly layer: Serialized;
  readonly keras2: Serialized;
  readonly x: StoredTensor;
  readonly y: StoredTensor;
  /** 1 where a value was kept. */
  readonly kept?: StoredTensor;
  readonly normals?: StoredTensor;
}

const runtime = nodeRuntime({ threads: 1 });
const imageCases = readKerasFixture<ImageCase[]>("image-layers.json");
const colorCases = readKerasFixture<ColorCase[]>("color-layers.json");
const noiseCases = readKerasFixture<NoiseCase[]>("noise-layers.json");
const named = <T extends { layer: Serialized }>(some: readonly T[]) =>
  some.map((given, i) => [`${i} ${caseName(given.layer)}`, given] as const);

describe("layers that move pixels", () => {
  it.each(named(imageCases))("make Keras's pixels of the same numbers: %s", async (_, given) => {
    const { layer, keras2, gray, u, y } = given;
    const x = tensor(
      "float32",
      gray.shape,
      Float32Array.from(gray.data, (value) => value / 255),
    );
    for (const serialized of [layer, keras2]) {
      const made = await runInTraining(deserializeLayer(serialized, "fixture"), x, stored(u));
      expect(made.shape).toEqual(y.shape);
      const differences = Array.from(made.data, (value, i) => Math.abs(value - (y.data[i] as number)));
      // Where a place lies on the line between two pixels, rounding decides which one "nearest" takes.
      const apart = differences.filter((difference) => difference > 1 / 255).length;
      const nearest = layer.config.interpolation === "nearest";
      expect(apart / differences.length, serialized.class_name).toBeLessThanOrEqual(nearest ? 0.01 : 0);
    }
  });

  const three = (): Layer[] => [
    layers.randomRotation({ factor: 0.1 }),
    layers.randomTranslation({ heightFactor: 0.2, widthFactor: [-0.1, 0.3] }),
    layers.randomZoom({ heightFactor: 0.2, widthFactor: 0.1, fillMode: "nearest" }),
  ];
  const x = tensor(
    "float32",
    [6, 8, 8, 1],
    Float32Array.from({ length: 384 }, (_, i) => ((i * 37) % 101) / 101),
  );
  const y = oneHot([0, 1, 2, 0, 1, 2], 3);

  function classifier(seed = 3) {
    const model = sequential(
      [
        layers.input({ shape: [8, 8, 1] }),
        ...three(),
        layers.flatten(),
        layers.dense({ units: 3, activation: "softmax" }),
      ],
      { seed, runtime },
    );
    model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
    return model;
  }

  it("train a model, the same seed to the same bytes", async () => {
    const weights = [];
    for (const seed of [3, 3, 4]) {
      const model = classifier(seed);
      model.setWeights(classifier(9).getWeights());
      await model.fit(x, y, { batchSize: 3, epochs: 2, shuffle: false, verbose: 0 });
      weights.push(model.getWeights());
      await model.dispose();
    }
    expect(weights[1]).toEqual(weights[0]);
    expect(weights[2]).not.toEqual(weights[0]);
  });

  it("leave images alone outside of training", async () => {
    const plain = sequential(
      [
        layers.input({ shape: [8, 8, 1] }),
        layers.flatten(),
        layers.dense({ units: 3, activation: "softmax" }),
      ],
      { seed: 3, runtime },
    );
    const model = classifier();
    plain.setWeights(model.getWeights());
    expect((await model.predict(x)).data).toEqual((await plain.predict(x)).data);
  });

  it("refuse to stand behind a layer with weights, through which no gradient would flow", async () => {
    const model = sequential(
      [
        layers.input({ shape: [8, 8, 1] }),
        layers.conv2d({ filters: 2, kernelSize: 3 }),
        layers.randomZoom({ heightFactor: 0.1 }),
        layers.flatten(),
        layers.dense({ units: 3, activation: "softmax" }),
      ],
      { seed: 1, runtime },
    );
    model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
    await expect(model.fit(x, y, { verbose: 0 })).rejects.toThrow(
      /RandomZoom must come before the first layer with weights/,
    );
  });

  it.each([
    [() => layers.randomRotation({ factor: 1.5 }), "factor"],
    [() => layers.randomZoom({ heightFactor: -1 }), "above -1"],
    [() => layers.randomTranslation({ heightFactor: [0, 2], widthFactor: 0 }), "heightFactor"],
    [() => layers.randomRotation({ factor: 0.1, fillMode: "mirror" as "wrap" }), "fillMode"],
    [() => layers.randomRotation({ factor: 0.1, interpolation: "cubic" as "nearest" }), "interpolation"],
    [() => layers.randomRotation({ factor: 0.1, fillValue: Number.NaN }), "fillValue"],
    [() => layers.gaussianNoise({ stddev: -1 }), "stddev"],
    [() => layers.spatialDropout2d({ rate: 2 }), "rate"],
  ])("refuse options out of range: %s", (make, told) => {
    expect(make).toThrow(TrazoError);
    expect(make).toThrow(told);
  });
});

describe("layers that change colors, and places of whole images", () => {
  it.each(named(colorCases))("make Keras's pixels of the same numbers: %s", async (_, { layer, x, u, y }) => {
    const read = deserializeLayer(layer, "fixture");
    const made = u ? await runInTraining(read, stored(x), stored(u)) : await predicted(read, stored(x));
    expect(made.shape).toEqual(y.shape);
    expect(largestDeviation(made.data, y.data)).toBeLessThan(1e-4);
  });

  it("are read from what tf_keras writes", () => {
    const configs = colorCases.map(({ keras2 }) => deserializeLayer(keras2, "fixture").getConfig());
    // tf_keras knows no other range of contrast, and has no seed here.
    const wanted = colorCases.map(({ layer, keras2 }) => ({
      ...deserializeLayer(layer, "fixture").getConfig(),
      ...(layer.class_name === "RandomContrast" && { value_range: keras2.config.value_range ?? [0, 255] }),
    }));
    expect(configs).toEqual(wanted);
  });

  it("take one number of contrast as a range both ways", () => {
    expect(layers.randomContrast({ factor: 0.2 }).getConfig()).toMatchObject({ factor: [0.2, 0.2] });
    const keras2 = { class_name: "RandomContrast", config: { factor: 0.2, seed: null } };
    expect(deserializeLayer(keras2, "fixture").getConfig()).toMatchObject({ factor: [0.2, 0.2] });
  });

  const colorful = (...augmenting: Layer[]) =>
    sequential(
      [
        layers.input({ shape: [9, 7, 3] }),
        ...augmenting,
        layers.flatten(),
        layers.dense({ units: 2, activation: "softmax" }),
      ],
      { seed: 3, runtime },
    );
  const x = tensor(
    "float32",
    [6, 9, 7, 3],
    Float32Array.from({ length: 6 * 189 }, (_, i) => ((i * 37) % 101) / 101),
  );
  const y = oneHot([0, 1, 0, 1, 0, 1], 2);

  it("train a model on color images of any size, the same seed to the same bytes", async () => {
    const weights = [];
    for (const _ of [1, 2]) {
      const model = colorful(
        layers.randomFlip(),
        layers.randomContrast({ factor: 0.5, valueRange: [0, 1] }),
        layers.randomBrightness({ factor: 0.5, valueRange: [0, 1] }),
        layers.randomCrop({ height: 8, width: 4 }),
        layers.randomRotation({ factor: 0.1 }),
        layers.randomZoom({ heightFactor: 0.2 }),
        layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1 }),
      );
      model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
      const { history } = await model.fit(x, y, { batchSize: 4, epochs: 2, verbose: 0 });
      expect(history.loss?.every(Number.isFinite)).toBe(true);
      weights.push(model.getWeights());
      await model.dispose();
    }
    expect(weights[1]).toEqual(weights[0]);
  });

  it("let gradients flow back, but for the crop", async () => {
    const conv = () => layers.conv2d({ filters: 3, kernelSize: 1 });
    const model = colorful(conv(), layers.randomFlip(), layers.randomContrast({ factor: 0.5 }));
    model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
    const before = model.getWeights()[0];
    await model.fit(x, y, { verbose: 0 });
    expect(model.getWeights()[0]).not.toEqual(before);
    const cropping = colorful(conv(), layers.randomCrop({ height: 8, width: 4 }));
    cropping.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
    await expect(cropping.fit(x, y, { verbose: 0 })).rejects.toThrow(
      /RandomCrop must come before the first layer with weights/,
    );
  });

  it.each([
    [() => layers.randomContrast({ factor: 1.5 }), "factor"],
    [() => layers.randomContrast({ factor: [-0.1, 0.5] }), "factor"],
    [() => layers.randomBrightness({ factor: [0, 2] }), "factor"],
    [() => layers.randomBrightness({ factor: 0.1, valueRange: [1, 0] }), "valueRange"],
    [() => layers.randomFlip({ mode: "diagonal" as "vertical" }), "mode"],
    [() => layers.randomCrop({ height: 0, width: 2 }), "height"],
  ])("refuse options out of range: %s", (make, told) => {
    expect(make).toThrow(TrazoError);
    expect(make).toThrow(told);
  });
});

describe("layers that add noise", () => {
  it.each(named(noiseCases))("make Keras's values of the same numbers: %s", async (_, given) => {
    const { layer, keras2, x, y, kept, normals } = given;
    for (const serialized of [layer, keras2]) {
      const read = deserializeLayer(serialized, "fixture");
      const made = await runInTraining(
        read,
        stored(x),
        kept ? maskOf(kept, read) : stored(normals as StoredTensor),
      );
      expect(largestDeviation(made.data, y.data)).toBeLessThan(2e-6);
    }
  });

  it("spatialDropout2d drops whole channels, as many as its rate says, and scales the others", async () => {
    const images = 64;
    const ones = tensor("float32", [images, 5, 4, 8], new Float32Array(images * 160).fill(1));
    const model = sequential(
      [
        layers.input({ shape: [5, 4, 8] }),
        layers.spatialDropout2d({ rate: 0.25 }),
        // Whatever the dropout leaves becomes the weight's gradient.
        layers.globalAveragePooling2d(),
        layers.dense({ units: 1, useBias: false, kernelInitializer: "zeros" }),
      ],
      { seed: 5, runtime },
    );
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const target = tensor("float32", [images, 1], new Float32Array(images).fill(-0.5));
    await model.fit(ones, target, { batchSize: images, verbose: 0 });
    // Kernel = learning rate · mean over the batch of (channel's value), with the prediction 0.5 above the target.
    for (const value of model.getWeights()[0] as Float32Array) {
      const channel = -value / 0.01;
      const kept = (channel * images) / (1 / 0.75);
      expect(Math.abs(kept - Math.round(kept))).toBeLessThan(1e-3);
      expect(kept / images).toBeGreaterThan(0.5);
      expect(kept / images).toBeLessThan(0.95);
    }
  });

  it("dropout drops together what lies along a side of 1 of its noiseShape", async () => {
    const trained = async (layer: Layer): Promise<Float32Array[]> => {
      const model = sequential(
        [
          layers.input({ shape: [5, 4, 8] }),
          layer,
          layers.flatten(),
          layers.dense({ units: 1, kernelInitializer: "zeros" }),
        ],
        { seed: 5, runtime },
      );
      model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
      const ones = tensor("float32", [6, 5, 4, 8], new Float32Array(960).fill(1));
      await model.fit(ones, tensor("float32", [6, 1], new Float32Array(6).fill(1)), { verbose: 0 });
      return model.getWeights();
    };
    const rate = 0.4;
    expect(await trained(layers.dropout({ rate, noiseShape: [null, 1, 1, null], name: "drop" }))).toEqual(
      await trained(layers.spatialDropout2d({ rate, name: "drop" })),
    );
    const [whole] = await trained(layers.dropout({ rate, noiseShape: [null, 1, 1, 1], name: "drop" }));
    expect(new Set(whole).size).toBe(1);
    expect(() =>
      sequential([layers.input({ shape: [5, 4, 8] }), layers.dropout({ rate, noiseShape: [null, 1] })]),
    ).toThrow(/noiseShape \[null, 1\] does not go with an input of shape/);
    expect(() => layers.dropout({ rate, noiseShape: [0] })).toThrow(
      /noiseShape must be a list of a positive/,
    );
  });

  it.each([
    ["GaussianNoise", () => layers.gaussianNoise({ stddev: 0.5 })],
    ["SpatialDropout2D", () => layers.spatialDropout2d({ rate: 0.5 })],
  ])("%s does nothing outside of training", async (_, make) => {
    const x = tensor("float32", [1, 2, 2, 2], Float32Array.from([1, -2, 3, -4, 5, -6, 7, -8]));
    const model = sequential([layers.input({ shape: [2, 2, 2] }), make()], { seed: 1, runtime });
    expect((await model.predict(x)).data).toEqual(x.data);
  });
});

it.each([...imageCases, ...colorCases, ...noiseCases])(
  "$layer.class_name is written as Keras writes it",
  ({ layer }) => {
    const read = deserializeLayer(layer, "fixture");
    // Keras 3 draws a seed for RandomCrop where none is given.
    const { dtype: _, trainable: _t, seed: _s, ...wanted } = layer.config;
    const {
      dtype: _d,
      trainable: _u,
      ...written
    } = serializeLayer(read, String(layer.config.name)).config as Record<string, unknown>;
    expect(written).toMatchObject(
      Object.fromEntries(Object.entries(wanted).filter(([key]) => key in written)),
    );
  },
);

async function predicted(layer: Layer, x: Tensor) {
  const model = sequential([layers.input({ shape: x.shape.slice(1) }), layer], { seed: 1, runtime });
  const y = await model.predict(x);
  await model.dispose();
  return y;
}

/** The mask that a dropout layer is fed: Keras's kept values, scaled; one for a whole channel where it drops channels. */
function maskOf(kept: StoredTensor, layer: Layer) {
  const scale = 1 / (1 - Number(layer.getConfig().rate));
  if (layer.className === "Dropout") {
    return tensor(
      "float32",
      kept.shape,
      Float32Array.from(kept.data, (one) => one * scale),
    );
  }
  const [count, height, width, channels] = kept.shape as [number, number, number, number];
  const perChannel = Float32Array.from(
    { length: count * channels },
    (_, i) =>
      (kept.data[Math.floor(i / channels) * height * width * channels + (i % channels)] as number) * scale,
  );
  return tensor("float32", [count, 1, 1, channels], perChannel);
}
