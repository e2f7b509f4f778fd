import { describe, expect, it } from "vitest";
import { type Json, type JsonObject, TrazoError } from "../../src/errors.js";
import { type Loss, losses } from "../../src/index.js";
import { deserializeLoss, lossFrom, serializeLoss } from "../../src/losses/registry.js";

describe("lossFrom", () => {
  it.each([
    ["categoricalCrossentropy", "CategoricalCrossentropy"],
    ["categorical_crossentropy", "CategoricalCrossentropy"],
    ["sparseCategoricalCrossentropy", "SparseCategoricalCrossentropy"],
    ["sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"],
    ["binaryCrossentropy", "BinaryCrossentropy"],
    ["binary_crossentropy", "BinaryCrossentropy"],
    ["meanSquaredError", "MeanSquaredError"],
    ["mse", "MeanSquaredError"],
    ["mean_squared_error", "MeanSquaredError"],
  ])("knows %s", (name, className) => {
    expect(lossFrom(name).className).toBe(className);
  });

  it("passes a loss through", () => {
    const own = losses.meanSquaredError();
    expect(lossFrom(own)).toBe(own);
  });

  it.each(["hinges", "toString", ""])("refuses %j", (name) => {
    expect(() => lossFrom(name)).toThrow(TrazoError);
    expect(() => lossFrom(name)).toThrow(`loss: there is no loss "${name}".`);
    expect(() => lossFrom(name)).toThrow(" Known: BinaryCrossentropy,");
  });
});

describe("Keras configurations", () => {
  const cases = [
    losses.categoricalCrossentropy(),
    losses.categoricalCrossentropy({ fromLogits: true, labelSmoothing: 0.1 }),
    losses.sparseCategoricalCrossentropy(),
    losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    losses.binaryCrossentropy({ labelSmoothing: 0.2 }),
    losses.meanSquaredError(),
  ];
  it.each(cases.map((loss) => [loss.className, loss] as const))(
    "are read as they are written: %s",
    (_, loss) => {
      const again = deserializeLoss(serializeLoss(loss), "file");
      expect(again.className).toBe(loss.className);
      expect(again.getConfig()).toEqual(loss.getConfig());
    },
  );

  it("keep every option of a loss of the user's own", () => {
    const own = (config: JsonObject): Loss => ({
      ...losses.meanSquaredError(),
      kerasName: "own_huber",
      className: "OwnHuber",
      getConfig: () => config,
    });
    expect(serializeLoss(own({ delta: 2 }))).toEqual({
      class_name: "OwnHuber",
      config: { name: "own_huber", reduction: "sum_over_batch_size", delta: 2 },
    });
    expect(serializeLoss(own({}))).toBe("own_huber");
  });

  it("hold the name alone where every option has its default", () => {
    expect(serializeLoss(losses.categoricalCrossentropy())).toBe("categorical_crossentropy");
    expect(serializeLoss(losses.categoricalCrossentropy({ labelSmoothing: 0.1 }))).toEqual({
      class_name: "CategoricalCrossentropy",
      config: {
        name: "categorical_crossentropy",
        reduction: "sum_over_batch_size",
        from_logits: false,
        label_smoothing: 0.1,
        axis: -1,
      },
    });
  });

  it("are read in the forms of Keras 2 and 3", () => {
    const config = { name: "x", reduction: "auto", from_logits: true, label_smoothing: 0.25, axis: -1 };
    const read = deserializeLoss({ class_name: "CategoricalCrossentropy", config }, "file");
    expect(read.getConfig()).toMatchObject({ from_logits: true, label_smoothing: 0.25 });
    const four: Json = {
      module: "keras.losses",
      class_name: "SparseCategoricalCrossentropy",
      config: {
        name: "x",
        reduction: "sum_over_batch_size",
        from_logits: true,
        ignore_class: null,
        axis: -1,
      },
      registered_name: null,
    };
    expect(deserializeLoss(four, "file").getConfig()).toMatchObject({ from_logits: true });
  });

  it.each([
    [
      "another reduction",
      { class_name: "MeanSquaredError", config: { reduction: "sum" } },
      /reduction = "sum" is not supported/,
    ],
    [
      "an ignored class",
      { class_name: "SparseCategoricalCrossentropy", config: { ignore_class: 3 } },
      /ignoreClass must be null \(nothing else is supported\), but got 3/,
    ],
    [
      "another axis",
      { class_name: "CategoricalCrossentropy", config: { axis: 1 } },
      /axis must be -1 \(nothing else is supported\), but got 1/,
    ],
    ["an unknown class", { class_name: "Circle", config: {} }, /there is no loss "Circle"/],
    ["a number", 3, /expected a name or an object/],
  ])("with %s are refused, naming the place", (_, json, message) => {
    expect(() => deserializeLoss(json as Json, "a.h5: loss")).toThrow(message);
    expect(() => deserializeLoss(json as Json, "a.h5: loss")).toThrow(/^a\.h5: loss/);
  });
});
