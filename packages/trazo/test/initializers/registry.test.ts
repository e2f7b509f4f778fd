import { describe, expect, it } from "vitest";
import type { Json } from "../../src/errors.js";
import * as factories from "../../src/initializers/index.js";
import { initializer, initializers } from "../../src/initializers/registry.js";
import { serialize } from "../../src/schema/registry.js";

describe("an option that is an initializer", () => {
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
    expect(initializer().parse(name, "it").className).toBe(className);
  });

  it("passes an initializer through", () => {
    const own = factories.ones();
    expect(initializer().parse(own, "it")).toBe(own);
  });

  it.each(["glorot", "glorot-uniform", "toString", ""])("refuses %j and lists what there is", (name) => {
    expect(() => initializer().parse(name, "it")).toThrow(
      /no initializer .*Known: (?=.*GlorotUniform).*Orthogonal/,
    );
  });
});

describe("initializers in configurations", () => {
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
    const read = initializers.deserialize(json, where);
    expect(read.className).toBe(className);
    expect(read.getConfig()).toEqual(config);
  });

  it.each<[string, Json, RegExp]>([
    ["an unknown class", { class_name: "Magic", config: {} }, /no initializer "Magic"/],
    ["an unknown entry", { class_name: "Zeros", config: { dtype: "float16" } }, /"dtype": "float16"/],
    ["an inherited key", { class_name: "Ones", config: { constructor: 1 } }, /"constructor": 1/],
    [
      "a wrong kind",
      { class_name: "Constant", config: { value: "1" } },
      /Constant value must be a finite number, but got "1"/,
    ],
    ["a wrong value", { class_name: "RandomNormal", config: { stddev: -1 } }, /stddev must be/],
    ["a number", 3, /found 3/],
    ["null", null, /found null/],
    ["a list", [], /found \[\]/],
    ["a config that is no object", { class_name: "Ones", config: [1] }, /"config" of Ones/],
  ])("names the place of %s", (_, json, message) => {
    expect(() => initializers.deserialize(json, where)).toThrow(message);
    expect(() => initializers.deserialize(json, where)).toThrow(new RegExp(`^${where}: `));
  });
});

describe("written initializers", () => {
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

  it.each(all.map((made) => [made.className, made] as const))(
    "writes %s so that it reads back",
    (className, written) => {
      const json = JSON.parse(JSON.stringify(serialize(written)));
      expect(Object.keys(json)).toEqual(["class_name", "config"]);
      const read = initializers.deserialize(json, "test");
      expect(read.className).toBe(className);
      expect(read.getConfig()).toEqual(written.getConfig());
    },
  );

  it("keeps the seed's values across a round trip", async () => {
    const { randomStream } = await import("../../src/random/derive.js");
    const seeded = factories.heNormal({ seed: 12 });
    const read = initializers.deserialize(serialize(seeded), "test");
    expect(read.init([5, 4], randomStream(1))).toEqual(seeded.init([5, 4], randomStream(2)));
  });
});
