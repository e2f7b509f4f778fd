import { describe, expect, it } from "vitest";
import { kerasClassifier } from "../../src/classifier/keras-classifier.js";
import { layers, type Sequential, sequential, tensor } from "../../src/index.js";
import { runtime } from "../model/tiny.js";

const images = tensor(
  "uint8",
  [3, 4, 4, 1],
  Uint8Array.from({ length: 48 }, (_, i) => (i * 31) % 256),
);

const network = (units: number, activation: "linear" | "sigmoid" | "softmax"): Sequential =>
  sequential([layers.input({ shape: [4, 4, 1] }), layers.flatten(), layers.dense({ units, activation })], {
    seed: 2,
    runtime,
  });

describe("a Keras classifier", () => {
  it("gives the probabilities of a softmax as they are", async () => {
    const classifier = await kerasClassifier(network(3, "softmax"), "model.h5");
    expect(classifier.notes).toEqual([]);
    const { data } = await classifier.classify(images);
    expect(data).toEqual((await network(3, "softmax").predict({ ...images, divisor: 255 })).data);
  });

  it("puts logits through a softmax, and says so", async () => {
    const classifier = await kerasClassifier(network(3, "linear"), "model.h5");
    expect(classifier.notes).toEqual([expect.stringContaining("no probabilities")]);
    const { data } = await classifier.classify(images);
    const expected = (await network(3, "softmax").predict({ ...images, divisor: 255 })).data;
    for (const [i, value] of expected.entries()) expect(data[i]).toBeCloseTo(value, 6);
  });

  it("takes one output after a sigmoid for the second of two classes", async () => {
    const classifier = await kerasClassifier(network(1, "sigmoid"), "model.h5");
    expect(classifier.classes).toEqual(["0", "1"]);
    const { shape, data } = await classifier.classify(images);
    const ofOne = (await network(1, "sigmoid").predict({ ...images, divisor: 255 })).data;
    expect(shape).toEqual([ofOne.length, 2]);
    for (const [i, value] of ofOne.entries()) {
      expect(data[2 * i + 1]).toBe(value);
      expect(data[2 * i]).toBeCloseTo(1 - value, 6);
    }
  });

  it.each([
    [
      network(1, "linear"),
      "model.h5: the model gives [batch, 1]; expected [batch, classes] with at least two",
    ],
    [sequential([layers.dense({ units: 3, inputShape: [5] })], { runtime }), "which is no picture"],
  ])("refuses what names no classes, or takes no pictures: %#", async (model, message) => {
    await expect(kerasClassifier(model, "model.h5")).rejects.toThrow(message);
  });

  it("refuses outputs that are no numbers", async () => {
    const model = network(3, "linear");
    model.setWeights(model.getWeights().map((values) => values.fill(Number.NaN)));
    await expect(kerasClassifier(model, "model.h5")).rejects.toThrow(
      "model.h5: its outputs are not all finite",
    );
  });
});
