import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/errors.js";
import { pythonJson } from "../../src/formats/python-json.js";

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
    expect(pythonJson(config)).toBe(
      '{"units": 10, "rate": 0.0, "momentum": 0.5, "learning_rate": 1.0, ' +
        '"optimizer": {"config": {"beta_1": 0.0, "clipnorm": -2.0, "epsilon": 1e-7, "nesterov": false}}, ' +
        '"schedule": {"boundaries": [5, 10], "values": [1.0, 0.5, 2.0], "decay_steps": 3}, ' +
        '"weight_decay": null, "name": "rate"}',
    );
  });

  it("is the same value for any reader of JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(pythonJson({ learning_rate: value as Json }))).toEqual(
          JSON.parse(JSON.stringify({ learning_rate: value })),
        );
      }),
    );
  });
});
