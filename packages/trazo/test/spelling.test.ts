import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { imageDataGenerator, layers, optimizers, sequential, type Tensor, tensor } from "../src/index.js";

const x = tensor("float32", [4, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
const y = tensor("float32", [4, 1], [1, 0, 1, 0]);

function line() {
  const model = sequential([layers.dense({ units: 1, inputShape: [2] })], { seed: 1, name: "line" });
  model.compile({ loss: "mse", optimizer: "SGD" });
  return model;
}

describe("names are Keras's or tfjs's, whatever their case and underscores", () => {
  it.each([
    ["leaky_relu", "leaky_relu"],
    ["leakyReLU", "leaky_relu"],
    ["LeakyRelu", "leaky_relu"],
    ["hard_sigmoid", "hard_sigmoid"],
    ["silu", "silu"],
    ["swish", "silu"],
    ["ReLU", "relu"],
  ])("the activation %s", (activation, keras) => {
    for (const layer of [layers.dense({ units: 1, activation }), layers.activation({ activation })]) {
      expect(layer.getConfig().activation).toBe(keras);
    }
  });

  it("padding in capitals", () => {
    const options = { padding: "SAME" as "same" };
    expect(layers.conv2d({ filters: 1, kernelSize: 3, ...options }).getConfig().padding).toBe("same");
    expect(layers.maxPooling2d(options).getConfig().padding).toBe("same");
  });

  it.each(["adamw", "AdamW", "RMSProp", "rms_prop", "Adam"])("the optimizer %s", (optimizer) => {
    line().compile({ loss: "mean_squared_error", optimizer });
  });

  it("an initializer and a regularizer", () => {
    const layer = layers.dense({ units: 1, kernelInitializer: "he_normal", kernelRegularizer: "L1_L2" });
    expect(layer.getConfig()).toMatchObject({
      kernel_initializer: { class_name: "HeNormal" },
      kernel_regularizer: { class_name: "L1L2" },
    });
  });
});

describe("options of Keras that are not there", () => {
  it("are named as they are here", () => {
    expect(() => optimizers.adam({ lr: 0.1 } as object)).toThrow(
      'Adam has no option "lr". Did you mean learningRate?',
    );
    expect(() => optimizers.sgd({ decay: 1e-4 } as object)).toThrow(/inverseTimeDecay.*decayRate: decay/);
  });

  it("are no error where they are off", () => {
    optimizers.sgd({ decay: 0, jit_compile: false } as object);
    layers.conv2d({
      filters: 1,
      kernelSize: 1,
      dataFormat: "channelsLast",
      kernelConstraint: null,
    } as never);
    imageDataGenerator({ horizontalFlip: false, brightnessRange: null } as object);
    expect(() => optimizers.sgd({ jit_compile: true } as object)).toThrow(/no option "jit_compile"/);
    expect(() => layers.conv2d({ filters: 1, kernelSize: 1, dataFormat: "channelsFirst" } as never)).toThrow(
      /no option "dataFormat"/,
    );
  });

  it("left undefined have their defaults", () => {
    expect(optimizers.adam({ learningRate: undefined, beta1: undefined }).learningRate).toBe(0.001);
    expect(optimizers.sgd({ learningRate: undefined }).learningRate).toBe(0.01);
  });
});

describe("data in a form that fit does not take", () => {
  it("is told what it is", async () => {
    async function* batches() {
      yield [x, y];
    }
    const train = (data: unknown) => line().fit(data as Tensor, y, { verbose: 0 });
    await expect(train(batches())).rejects.toThrow(/the inputs are a generator or iterator, which could be/);
    await expect(line().fit(batches as never, { verbose: 0 })).rejects.toThrow(
      /^fit: each batch must be an object \{ x, y \} of tensors, .* but one is /,
    );
    await expect(train([1, 2])).rejects.toThrow(/must be a tensor/);
  });

  it("is an input layer's shape without its name", () => {
    expect(() => layers.input([28, 28, 1] as never)).toThrow("layers.input({ shape: [28, 28, 1] })");
  });
});

describe("what a model shows", () => {
  it("is its summary in console.log, and its configuration in JSON", () => {
    const model = line();
    expect(inspect(model)).toMatch(/Model: "line"[\s\S]*dense \(Dense\)/);
    const json = JSON.parse(JSON.stringify(model));
    expect(json).toMatchObject({ class_name: "Sequential", config: { name: "line" } });
    expect(json.config.layers[1]).toMatchObject({ class_name: "Dense", config: { units: 1 } });
    expect(JSON.parse(JSON.stringify(sequential([]))).config.layers).toEqual([]);
    expect(inspect(sequential([]))).toContain('Model: "sequential"');
    const own = { ...layers.flatten(), className: "Mine" };
    expect(JSON.stringify(sequential([layers.input({ shape: [2] }), own]))).toContain("Mine");
  });

  it("is the progress of evaluate and predict, when asked for", async () => {
    const model = line();
    const printed: string[] = [];
    const print = (text: string) => printed.push(text);
    await model.evaluate(x, y, { verbose: 2, batchSize: 2, print });
    await model.predict(x, { verbose: 1, batchSize: 3, print });
    expect(printed).toHaveLength(2);
    expect(printed[0]).toMatch(/^2\/2 - \d+s - loss: \d+\.\d+ - .*step\n$/);
    expect(printed[1]).toMatch(/^2\/2 - \d+s - .*step\n$/);
    await model.evaluate(x, y, { verbose: 0, print });
    expect(printed).toHaveLength(2);
    await expect(model.predict(x, { verbose: 3 as 2 })).rejects.toThrow(
      "verbose must be 0, 1 or 2, but got 3.",
    );
  });
});
