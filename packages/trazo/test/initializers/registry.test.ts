import { describe, expect, it } from "vitest";
import type { Json } from "../../src/errors.js";
import * as factories from "../../src/initializers/index.js";
import {
  deserializeInitializer,
  initializerFrom,
  serializeInitializer,
} from "../../src/initializers/registry.js";

describe("initializerFrom", () => {
  it.each([
    ["glorotUniform", "GlorotUniform"],
    ["glorot_uniform", "GlorotUniform"],
    ["GlorotUniform", "GlorotUniform"],
    ["he_normal", "HeNormal"],
    ["lecunUniform", "LecunUniform"],
    ["truncated_normal", "TruncatedNormal"],
    ["zeros", "Zeros"],
    ["normal", "RandomNormal"],
  ])("knows %s", (name, className) => {
    expect(initializerFrom(name).className).toBe(className);
  });

  it("passes an initializer through", () => {
    const own = factories.ones();
    expect(initializerFrom(own)).toBe(own);
  });

  it.each(["glorot", "glorot-uniform", "toString", ""])("refuses %j and lists what there is", (name) => {
    expect(() => initializerFrom(name)).toThrow(/no initializer .*Known: GlorotUniform, .*Orthogonal/);
  });
});

describe("deserializeInitializer", () => {
  const where = "layer conv2d, kernel_initializer";

  it.each<[string, Json, string, Json]>([
    ["a bare string", "glorot_uniform", "GlorotUniform", { seed: null }],
    ["the two-key form", { class_name: "HeNormal", config: { seed: 3 } }, "HeNormal", { seed: 3 }],
    [
      "the four-key form",
      {
        module: "keras.initializers",
        class_name: "GlorotUniform",
        config: { seed: null },
        registered_name: null,
      },
      "GlorotUniform",
      { seed: null },
    ],
    [
      "Keras 2.2's VarianceScaling with dtype",
      {
        class_name: "VarianceScaling",
        config: { scale: 1, mode: "fan_avg", distribution: "uniform", seed: null, dtype: "float32" },
      },
      "VarianceScaling",
      { scale: 1, mode: "fan_avg", distribution: "uniform", seed: null },
    ],
    ["Zeros with nothing in it", { class_name: "Zeros", config: {} }, "Zeros", {}],
  ])("reads %s", (_, json, className, config) => {
    const initializer = deserializeInitializer(json, where);
    expect(initializer.className).toBe(className);
    expect(initializer.getConfig()).toEqual(config);
  });

  it.each<[string, Json, RegExp]>([
    ["an unknown class", { class_name: "Magic", config: {} }, /no initializer "Magic"/],
    ["an unknown entry", { class_name: "Zeros", config: { dtype: "float16" } }, /"dtype": "float16"/],
    ["an inherited key", { class_name: "Ones", config: { constructor: 1 } }, /"constructor": 1/],
    ["a wrong kind", { class_name: "Constant", config: { value: "1" } }, /"value" must be a number/],
    ["a wrong value", { class_name: "RandomNormal", config: { stddev: -1 } }, /stddev must be/],
    ["a number", 3, /found 3/],
    ["null", null, /found null/],
    ["a list", [], /found \[\]/],
    ["a config that is no object", { class_name: "Ones", config: [1] }, /"config" of Ones/],
  ])("names the place of %s", (_, json, message) => {
    expect(() => deserializeInitializer(json, where)).toThrow(message);
    expect(() => deserializeInitializer(json, where)).toThrow(new RegExp(`^${where}: `));
  });
});

describe("serializeInitializer", () => {
  const all = [
    factories.glorotUniform(),
    factories.glorotNormal({ seed: 4 }),
    factories.heUniform(),
    factories.heNormal(),
    factories.lecunUniform(),
    factories.lecunNormal(),
    factories.varianceScaling({ scale: 2, mode: "fan_out", distribution: "normal", seed: 1 }),
    factories.randomNormal({ mean: 1, stddev: 0.5 }),
    factories.randomUniform({ minval: -1, maxval: 1, seed: 9 }),
    factories.truncatedNormal({ stddev: 0.1 }),
    factories.zeros(),
    factories.ones(),
    factories.constant({ value: 0.25 }),
    factories.orthogonal({ gain: 2, seed: 0 }),
  ];

  it.each(all.map((initializer) => [initializer.className, initializer] as const))(
    "writes %s so that it reads back",
    (className, initializer) => {
      const json = JSON.parse(JSON.stringify(serializeInitializer(initializer)));
      expect(Object.keys(json)).toEqual(["class_name", "config"]);
      const read = deserializeInitializer(json, "test");
      expect(read.className).toBe(className);
      expect(read.getConfig()).toEqual(initializer.getConfig());
    },
  );

  it("keeps the seed's values across a round trip", async () => {
    const { randomStream } = await import("../../src/random/derive.js");
    const initializer = factories.heNormal({ seed: 12 });
    const read = deserializeInitializer(serializeInitializer(initializer), "test");
    expect(read.init([5, 4], randomStream(1))).toEqual(initializer.init([5, 4], randomStream(2)));
  });
});
