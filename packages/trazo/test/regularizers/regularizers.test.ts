import { describe, expect, it } from "vitest";
import type { Json } from "../../src/errors.js";
import { l1, l1l2, l2 } from "../../src/regularizers/index.js";
import {
  deserializeRegularizer,
  regularizerFrom,
  serializeRegularizer,
} from "../../src/regularizers/registry.js";

describe("factories", () => {
  it("have Keras 3's defaults", () => {
    expect(l1()).toMatchObject({ className: "L1", l1: 0.01, l2: 0 });
    expect(l2()).toMatchObject({ className: "L2", l1: 0, l2: 0.01 });
    expect(l1l2()).toMatchObject({ className: "L1L2", l1: 0, l2: 0 });
    expect(l1l2({ l1: 0.1, l2: 0.2 })).toMatchObject({ l1: 0.1, l2: 0.2 });
  });

  it.each([-0.1, Number.NaN, Number.POSITIVE_INFINITY])("refuse the factor %s", (factor) => {
    expect(() => l1(factor)).toThrow(/at least 0/);
    expect(() => l2(factor)).toThrow(/at least 0/);
    expect(() => l1l2({ l2: factor })).toThrow(/at least 0/);
  });
});

describe("registry", () => {
  it.each([
    ["l1", "L1"],
    ["L2", "L2"],
    ["l1_l2", "L1L2"],
    ["l1l2", "L1L2"],
  ])("knows %s", (name, className) => {
    expect(regularizerFrom(name).className).toBe(className);
  });

  it("passes objects and nothing through", () => {
    const own = l2(0.5);
    expect(regularizerFrom(own)).toBe(own);
    expect(regularizerFrom(undefined)).toBeUndefined();
    expect(deserializeRegularizer(null, "here")).toBeUndefined();
    expect(serializeRegularizer(undefined)).toBeNull();
  });

  it("keeps Keras 2's float32 factor as read", () => {
    const json: Json = { class_name: "L2", config: { l2: 0.009999999776482582 } };
    const read = deserializeRegularizer(json, "here");
    expect(read?.l2).toBe(0.009999999776482582);
    expect(serializeRegularizer(read)).toEqual(json);
  });

  it("reads the four-key form", () => {
    const read = deserializeRegularizer(
      {
        module: "keras.regularizers",
        class_name: "L1L2",
        config: { l1: 0.1, l2: 0.2 },
        registered_name: null,
      },
      "here",
    );
    expect(read).toMatchObject({ l1: 0.1, l2: 0.2 });
  });

  it.each([l1(0.3), l2(0.4), l1l2({ l1: 0.5, l2: 0.6 })])(
    "writes $className so that it reads back",
    (regularizer) => {
      const read = deserializeRegularizer(
        JSON.parse(JSON.stringify(serializeRegularizer(regularizer))),
        "here",
      );
      expect(read?.getConfig()).toEqual(regularizer.getConfig());
      expect(read).toMatchObject({
        className: regularizer.className,
        l1: regularizer.l1,
        l2: regularizer.l2,
      });
    },
  );

  it("names the place of what it cannot read", () => {
    const where = "layer dense, kernel_regularizer";
    expect(() => deserializeRegularizer({ class_name: "OrthogonalRegularizer", config: {} }, where)).toThrow(
      /^layer dense, kernel_regularizer: there is no regularizer "OrthogonalRegularizer"/,
    );
    expect(() => deserializeRegularizer({ class_name: "L2", config: { l2: -1 } }, where)).toThrow(
      /^layer dense, kernel_regularizer: L2's l2 must be/,
    );
    expect(() => deserializeRegularizer({ class_name: "L2", config: { l1: 1 } }, where)).toThrow(/"l1": 1/);
  });
});
