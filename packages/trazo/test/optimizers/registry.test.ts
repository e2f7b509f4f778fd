import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../src/errors.js";
import { adam } from "../../src/optimizers/adam.js";
import { adamW } from "../../src/optimizers/adamw.js";
import { deserializeOptimizer, optimizerFrom, serializeOptimizer } from "../../src/optimizers/registry.js";
import { rmsprop } from "../../src/optimizers/rmsprop.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { cosineDecay } from "../../src/schedules/cosine-decay.js";

const read = (config: Json) => deserializeOptimizer(config, "best_model.h5");

/** As Keras 2.15 writes it into training_config. */
const keras215 = {
  class_name: "Custom>Adam",
  config: {
    name: "Adam",
    weight_decay: null,
    clipnorm: null,
    global_clipnorm: null,
    clipvalue: null,
    use_ema: false,
    ema_momentum: 0.99,
    ema_overwrite_frequency: null,
    jit_compile: true,
    is_legacy_optimizer: false,
    learning_rate: 0.0010000000474974513,
    beta_1: 0.8,
    beta_2: 0.99,
    epsilon: 1e-6,
    amsgrad: true,
  },
};

/** As Keras 3 writes it. */
const keras3 = {
  module: "keras.optimizers",
  class_name: "SGD",
  config: {
    name: "SGD",
    learning_rate: 0.10000000149011612,
    weight_decay: 0.5,
    clipnorm: null,
    global_clipnorm: 2.5,
    clipvalue: null,
    use_ema: false,
    ema_momentum: 0.99,
    ema_overwrite_frequency: null,
    loss_scale_factor: null,
    gradient_accumulation_steps: null,
    momentum: 0.75,
    nesterov: true,
  },
  registered_name: "SGD",
};

describe("an optimizer by name", () => {
  it.each([
    ["adam", "Adam", 0.001],
    ["Adam", "Adam", 0.001],
    ["adamw", "AdamW", 0.001],
    ["adamW", "AdamW", 0.001],
    ["sgd", "SGD", 0.01],
    ["rmsprop", "RMSprop", 0.001],
    ["RMSprop", "RMSprop", 0.001],
  ])("%s", (name, className, rate) => {
    const optimizer = optimizerFrom(name);
    expect(optimizer.className).toBe(className);
    expect(optimizer.learningRate).toBe(rate);
  });

  it("an object stays what it is", () => {
    const optimizer = sgd();
    expect(optimizerFrom(optimizer)).toBe(optimizer);
  });

  it("an unknown name is refused with the known ones", () => {
    expect(() => optimizerFrom("lamb")).toThrow(
      /"lamb".*Adadelta, Adagrad, Adam, Adamax, AdamW, .*RMSprop, SGD/,
    );
    expect(() => optimizerFrom("toString")).toThrow(/toString/);
  });
});

describe("reading Keras's configurations", () => {
  it("Keras 2.15, with the prefix of its class name", () => {
    const optimizer = read(keras215);
    expect(optimizer.className).toBe("Adam");
    expect(optimizer.slots).toContain("velocity_hat");
    expect(optimizer.getConfig()).toMatchObject({
      learning_rate: 0.0010000000474974513,
      beta_1: 0.8,
      beta_2: 0.99,
      epsilon: 1e-6,
      amsgrad: true,
      weight_decay: null,
    });
  });

  it("Keras 2.10 and older", () => {
    const config = {
      name: "Adam",
      learning_rate: 0.5,
      decay: 0.0,
      beta_1: 0.9,
      beta_2: 0.999,
      epsilon: 1e-7,
      amsgrad: false,
    };
    expect(read({ class_name: "Adam", config }).learningRate).toBe(0.5);
  });

  it("Keras 3, with module and registered name", () => {
    const optimizer = read(keras3);
    expect(optimizer.weightDecay).toBe(0.5);
    expect(optimizer.clipping).toEqual({ globalClipnorm: 2.5 });
    expect(optimizer.getConfig()).toMatchObject({ momentum: 0.75, nesterov: true });
  });

  it("a schedule in the place of the rate", () => {
    const optimizer = read({
      class_name: "RMSprop",
      config: {
        learning_rate: {
          module: "keras.optimizers.schedules",
          class_name: "ExponentialDecay",
          config: {
            initial_learning_rate: 0.5,
            decay_steps: 10,
            decay_rate: 0.25,
            staircase: false,
            name: "ExponentialDecay",
          },
          registered_name: null,
        },
        centered: true,
      },
    });
    optimizer.iterations = 5;
    expect(optimizer.learningRate).toBeCloseTo(0.25, 12);
    expect(optimizer.slots).toEqual(["velocity", "average_gradient"]);
  });

  it.each<[string, JsonObject, RegExp]>([
    ["a share of the past above 1", { use_ema: true, ema_momentum: 1.5 }, /emaMomentum.*1.5/],
    [
      "gradients gathered of one batch",
      { gradient_accumulation_steps: 1 },
      /gradientAccumulationSteps.*at least 2/,
    ],
    ["a loss scale", { loss_scale_factor: 2 }, /loss_scale_factor/],
    ["the decay of Keras 2.10", { decay: 0.01 }, /decay.*inverseTimeDecay/],
    ["an unknown entry", { beta_3: 1 }, /beta_3/],
    ["another optimizer's entry", { momentum: 0.5 }, /momentum/],
    ["a text for a number", { beta_1: "0.9" }, /beta1.*number/],
    ["a number for a truth value", { amsgrad: 1 }, /amsgrad.*true or false/],
    ["a value out of range", { beta_1: 2 }, /beta1/],
    ["two clippings", { clipnorm: 1, clipvalue: 1 }, /Only one/],
    ["an unknown schedule", { learning_rate: { class_name: "Wobble", config: {} } }, /learning_rate.*Wobble/],
  ])("refuses %s, and says where", (_, extra, message) => {
    const config = { class_name: "Adam", config: { ...keras215.config, ...extra } };
    expect(() => read(config)).toThrow(message);
    expect(() => read(config)).toThrow(/best_model\.h5/);
  });
});

describe("writing a configuration", () => {
  it("has the keys that Keras 2.11 to 3 write", () => {
    expect(serializeOptimizer(adam({ learningRate: 0.5, clipnorm: 1 }))).toEqual({
      class_name: "Adam",
      config: {
        name: "adam",
        learning_rate: 0.5,
        weight_decay: null,
        clipnorm: 1,
        global_clipnorm: null,
        clipvalue: null,
        use_ema: false,
        ema_momentum: 0.99,
        ema_overwrite_frequency: null,
        beta_1: 0.9,
        beta_2: 0.999,
        epsilon: 1e-7,
        amsgrad: false,
      },
    });
  });

  it("AdamW always names its decay, which Keras asks for", () => {
    expect(adamW({ weightDecay: 0 }).getConfig()).toMatchObject({ weight_decay: 0 });
  });

  it("holds the rate in force", () => {
    const optimizer = rmsprop();
    optimizer.learningRate = 0.125;
    expect(optimizer.getConfig()).toMatchObject({ learning_rate: 0.125 });
  });

  const schedule = cosineDecay({ initialLearningRate: 0.25, decaySteps: 100, alpha: 0.5 });

  it.each([
    adam({ beta1: 0.5, amsgrad: true, globalClipnorm: 3 }),
    adamW({ weightDecay: 0.25, epsilon: 0.5 }),
    sgd(),
    sgd({ momentum: 0.5, nesterov: true, clipvalue: 2, weightDecay: 0.125 }),
    rmsprop({ rho: 0.5, momentum: 0.25, epsilon: 0.5, centered: true }),
    adam({ learningRate: schedule }),
  ])("is read back the same through JSON (%#)", (optimizer) => {
    const written = serializeOptimizer(optimizer);
    const back = read(JSON.parse(JSON.stringify(written)));
    expect(serializeOptimizer(back)).toEqual(written);
    expect(back.clipping).toEqual(optimizer.clipping);
    expect(back.slots).toEqual(optimizer.slots);
    expect(back.scalarsAt(7, 0.5)).toEqual(optimizer.scalarsAt(7, 0.5));
    back.iterations = optimizer.iterations = 30;
    expect(back.learningRate).toBe(optimizer.learningRate);
  });
});
