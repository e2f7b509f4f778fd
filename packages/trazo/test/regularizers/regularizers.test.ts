import { describe, expect, it } from "vitest";
import type { Json } from "../../src/errors.js";
import { l1, l1l2, l2 } from "../../src/regularizers/index.js";
import { regularizer, regularizers } from "../../src/regularizers/registry.js";
import { optional } from "../../src/schema/option.js";
import { serialize } from "../../src/schema/registry.js";

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
    expect(regularizer().parse(name, "it").className).toBe(className);
  });

  it("passes objects and nothing through", () => {
    const own = l2(0.5);
    expect(regularizer().parse(own, "it")).toBe(own);
    expect(optional(regularizer()).parse(undefined, "it")).toBeUndefined();
    expect(optional(regularizer()).parse(null, "it")).toBeUndefined();
    expect(optional(regularizer()).toKeras(undefined)).toBeNull();
  });

  it("keeps Keras 2's float32 factor as read", () => {
    const json: Json = { class_name: "L2", config: { l2: 0.009999999776482582 } };
    const read = regularizers.deserialize(json, "here");
    expect(read.l2).toBe(0.009999999776482582);
    expect(serialize(read)).toEqual(json);
  });

  it("reads the four-key form", () => {
    const read = regularizers.deserialize(
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
    (made) => {
      const read = regularizers.deserialize(JSON.parse(JSON.stringify(serialize(made))), "here");
      expect(read.getConfig()).toEqual(made.getConfig());
      expect(read).toMatchObject({
        className: made.className,
        l1: made.l1,
        l2: made.l2,
      });
    },
  );

  it("names the place of what it cannot read", () => {
    const where = "layer dense, kernel_regularizer";
    expect(() =>
      regularizers.deserialize({ class_name: "OrthogonalRegularizer", config: {} }, where),
    ).toThrow(/^layer dense, kernel_regularizer: there is no regularizer "OrthogonalRegularizer"/);
    expect(() => regularizers.deserialize({ class_name: "L2", config: { l2: -1 } }, where)).toThrow(
      /^layer dense, kernel_regularizer: L2 l2 must be/,
    );
    expect(() => regularizers.deserialize({ class_name: "L2", config: { l1: 1 } }, where)).toThrow(/"l1": 1/);
  });
});
