import { describe, expect, it } from "vitest";
import { type Json, type JsonObject, TrazoError } from "../../src/errors.js";
import { initializers, type Layer, layers, regularizers } from "../../src/index.js";
import { serializeLayer } from "../../src/layers/serialize.js";
import { deserializeLayer } from "./deserialize-layer.js";

const all: readonly Layer[] = [
  layers.conv2d({ filters: 3, kernelSize: [5, 3] }),
  layers.conv2d({
    filters: 3,
    kernelSize: 2,
    padding: "same",
    dilationRate: 2,
    activation: "leakyRelu",
    useBias: false,
    kernelInitializer: initializers.heNormal(),
    kernelRegularizer: regularizers.l2(0.5),
    activityRegularizer: "l1",
    trainable: false,
  }),
  layers.averagePooling2d({ poolSize: [2, 3], strides: 1, padding: "same" }),
  layers.maxPooling2d(),
  layers.globalAveragePooling2d({ keepDims: true }),
  layers.flatten(),
  layers.reshape({ targetShape: [2, -1] }),
  layers.dense({
    units: 7,
    activation: "softmax",
    biasInitializer: "ones",
    biasRegularizer: regularizers.l1l2({ l1: 1, l2: 2 }),
  }),
  layers.activation({ activation: "gelu" }),
  layers.dropout({ rate: 0.3 }),
  layers.batchNormalization({ momentum: 0.5, epsilon: 0.01, center: false, gammaRegularizer: "l2" }),
];

describe("layer configurations", () => {
  it.each(all.map((layer) => [layer.className, layer] as const))(
    "are read as they are written: %s",
    (_, layer) => {
      const json = serializeLayer(layer, "given");
      const again = deserializeLayer(JSON.parse(JSON.stringify(json)) as Json, "file");
      expect(again.className).toBe(layer.className);
      expect(again.name).toBe("given");
      expect(again.trainable).toBe(layer.trainable);
      expect(serializeLayer(again, "given")).toEqual(json);
    },
  );

  it("are Keras's for the base model's layers", () => {
    expect(
      serializeLayer(layers.conv2d({ filters: 6, kernelSize: 5, activation: "relu" }), "conv2d"),
    ).toEqual({
      class_name: "Conv2D",
      config: {
        name: "conv2d",
        trainable: true,
        dtype: "float32",
        filters: 6,
        kernel_size: [5, 5],
        strides: [1, 1],
        padding: "valid",
        data_format: "channels_last",
        dilation_rate: [1, 1],
        groups: 1,
        activation: "relu",
        use_bias: true,
        kernel_initializer: { class_name: "GlorotUniform", config: { seed: null } },
        bias_initializer: { class_name: "Zeros", config: {} },
        kernel_regularizer: null,
        bias_regularizer: null,
        activity_regularizer: null,
        kernel_constraint: null,
        bias_constraint: null,
      },
    });
  });

  const dense: JsonObject = {
    name: "d",
    trainable: true,
    dtype: "float32",
    units: 2,
    activation: "relu",
    use_bias: true,
  };
  const read = (class_name: string, config: JsonObject) =>
    deserializeLayer({ class_name, config }, "a.h5: layer 2");

  it("of Keras 3 are read too", () => {
    const layer = deserializeLayer(
      {
        module: "keras.layers",
        class_name: "Dense",
        registered_name: null,
        build_config: { input_shape: [null, 4] },
        config: {
          ...dense,
          dtype: {
            module: "keras",
            class_name: "DTypePolicy",
            config: { name: "float32" },
            registered_name: null,
          },
          kernel_initializer: {
            module: "keras.initializers",
            class_name: "GlorotUniform",
            config: { seed: null },
            registered_name: null,
          },
          quantization_config: null,
        },
      },
      "file",
    );
    expect(layer.getConfig()).toMatchObject({ units: 2, activation: "relu" });
    expect(
      read("InputLayer", { batch_shape: [null, 28, 28, 1], dtype: "float32", sparse: false, name: "in" })
        .inputShape,
    ).toEqual([28, 28, 1]);
  });

  it("may give a first layer its input's shape", () => {
    expect(read("Dense", { ...dense, batch_input_shape: [null, 4] }).inputShape).toEqual([4]);
  });

  it.each([
    [
      "an unknown class",
      "LSTM",
      {},
      /^a\.h5: layer 2: layers of class LSTM are not supported. Supported: InputLayer, Activation, BatchNormalization, CenterCrop, Concatenate, Conv1D/,
    ],
    [
      "a later Keras's option",
      "Dense",
      { ...dense, sparsity: 0.5 },
      /"d": the entry "sparsity": 0.5 is not supported/,
    ],
    [
      "half precision",
      "Dense",
      { ...dense, dtype: "float16" },
      /"d": the entry "dtype": "float16" is not supported, only float32 is/,
    ],
    [
      "words for numbers",
      "Dense",
      { ...dense, units: "two" },
      /"d": Dense units must be a positive integer, but got "two"/,
    ],
    ["no units", "Dense", { name: "d" }, /"d": Dense units must be a positive integer, but got nothing/],
    [
      "another order of axes",
      "Flatten",
      { data_format: "channels_between" },
      /Flatten dataFormat must be "channels_last" or "channels_first", but got "channels_between"/,
    ],
    [
      "groups of unequal size",
      "Conv2D",
      { filters: 3, kernel_size: [1, 1], groups: 2 },
      /Conv2D: 3 filters cannot be divided into 2 groups/,
    ],
    [
      "two axes",
      "BatchNormalization",
      { axis: [1, 2] },
      /BatchNormalization axis must be a single axis .* but got \[1, 2\]/,
    ],
    [
      "an unknown activation",
      "Activation",
      { activation: "maxout" },
      /Activation activation: unknown activation "maxout"/,
    ],
    [
      "no shape",
      "InputLayer",
      { name: "in" },
      /"in": InputLayer shape must be the shape of one sample .* but got nothing/,
    ],
    [
      "an unknown size",
      "InputLayer",
      { batch_shape: [null, null, 28, 1] },
      /batch_shape must be a list .* known sizes/,
    ],
    ["a toString", "toString", {}, /layers of class toString are not supported/],
  ])("with %s are refused, naming the place", (_, className, config, message) => {
    const attempt = () => read(className, config as JsonObject);
    expect(attempt).toThrow(TrazoError);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(/^a\.h5: layer 2/);
  });
});
