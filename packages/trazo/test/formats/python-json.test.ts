import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/errors.js";
import { floatKeysIn } from "../../src/formats/float-keys.js";
import { parsePythonJson, pythonJson } from "../../src/formats/python-json.js";
import { layers, optimizers, schedules } from "../../src/index.js";

const floats = floatKeysIn([
  optimizers.sgd(),
  optimizers.adam(),
  schedules.cosineDecay({ initialLearningRate: 1, decaySteps: 1 }),
  schedules.piecewiseConstantDecay({ boundaries: [1], values: [1, 2] }),
  layers.dropout({ rate: 0.5 }),
]);

describe("a configuration as JSON for Python", () => {
  it("gives floats a point, and keeps whole numbers whole", () => {
    const config = {
      units: 10,
      rate: 0,
      momentum: 0.5,
      learning_rate: 1,
      optimizer: { config: { beta_1: 0, clipnorm: -2, epsilon: 1e-7, nesterov: false } },
      schedule: { boundaries: [5, 10], values: [1, 0.5, 2], decay_steps: 3 },
      weight_decay: null,
      name: "rate",
    };
    expect(pythonJson(config, floats)).toBe(
      '{"units": 10, "rate": 0.0, "momentum": 0.5, "learning_rate": 1.0, ' +
        '"optimizer": {"config": {"beta_1": 0.0, "clipnorm": -2.0, "epsilon": 1e-7, "nesterov": false}}, ' +
        '"schedule": {"boundaries": [5, 10], "values": [1.0, 0.5, 2.0], "decay_steps": 3}, ' +
        '"weight_decay": null, "name": "rate"}',
    );
  });

  it("knows floats by the class whose configuration they are in", () => {
    const ofClass = (class_name: string) =>
      pythonJson({ class_name, config: { momentum: 1, units: 1, decay_steps: 1, alpha: 1 } }, floats);
    expect(ofClass("SGD")).toContain('"momentum": 1.0, "units": 1, "decay_steps": 1, "alpha": 1}');
    expect(ofClass("Custom>CosineDecay")).toContain(
      '"momentum": 1, "units": 1, "decay_steps": 1, "alpha": 1.0}',
    );
    // A class that is not known has what some class has.
    expect(ofClass("Unheard")).toContain('"momentum": 1.0, "units": 1, "decay_steps": 1, "alpha": 1.0}');
  });

  it("is the same value for any reader of JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(pythonJson({ learning_rate: value as Json }, floats))).toEqual(
          JSON.parse(JSON.stringify({ learning_rate: value })),
        );
      }),
    );
  });
});

describe("a configuration that Python wrote", () => {
  it("may have numbers that JSON does not have, which become texts", () => {
    expect(parsePythonJson('{"a": NaN, "b": [-Infinity ,Infinity], "c": -1}', "it")).toEqual({
      a: "NaN",
      b: ["-Infinity", "Infinity"],
      c: -1,
    });
  });

  it("keeps texts as they are", () => {
    const text = '{"name": "a: NaN, [Infinity]", "quoted": "\\", NaN, \\\\", "Infinity": "NaN"}';
    expect(parsePythonJson(text, "it")).toEqual(JSON.parse(text));
  });

  it("is read whatever it holds", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        expect(parsePythonJson(JSON.stringify(value), "it")).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each(['{"a": 1NaN}', '{"a": "b', "NaN", "[1]", '{"a": "\\', ""])("is refused when it is %s", (text) => {
    expect(() => parsePythonJson(text, "the file")).toThrow(/^the file is not valid JSON/);
  });

  it("may have 100 levels, and no more", () => {
    const nested = (levels: number): string => `{"a": ${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
    expect(() => parsePythonJson(nested(100), "it")).not.toThrow();
    expect(() => parsePythonJson(nested(101), "it")).toThrow(/more than 100 levels/);
  });
});
