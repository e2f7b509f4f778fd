import { describe, expect, it } from "vitest";
import { kerasClassifier } from "../../src/classifier/keras-classifier.js";
import { divide, layers, type Sequential, sequential, tensor } from "../../src/index.js";
import { runtime } from "../model/tiny.js";

const images = tensor(
  "uint8",
  [3, 4, 4, 1],
  Uint8Array.from({ length: 48 }, (_, i) => (i * 31) % 256),
);

function network(units: number, activation: "linear" | "sigmoid" | "softmax", shape = [4, 4, 1]): Sequential {
  const flat = shape.length > 1 ? [layers.flatten()] : [];
  const model = sequential([layers.input({ shape }), ...flat, layers.dense({ units, activation })], {
    seed: 2,
    runtime,
  });
  model.preparation = { divisor: 255 };
  return model;
}

describe("a Keras classifier", () => {
  it("gives the probabilities of a softmax as they are", async () => {
    const classifier = await kerasClassifier(network(3, "softmax"), "model.h5");
    expect(classifier.notes).toEqual([]);
    const { data } = await classifier.classify(images);
    expect(data).toEqual((await network(3, "softmax").predict({ ...images, divisor: 255 })).data);
  });

  it("puts logits through a softmax, and says so", async () => {
    const classifier = await kerasClassifier(network(3, "linear"), "model.h5");
    expect(classifier.notes).toEqual([expect.stringContaining("not probabilities")]);
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

  it("shows ten sigmoids as they are, and says what they are", async () => {
    const classifier = await kerasClassifier(network(3, "sigmoid"), "model.h5");
    expect(classifier.notes).toEqual([
      expect.stringContaining("scores from 0 to 1, each class's on its own"),
    ]);
    const { data } = await classifier.classify(images);
    expect(data).toEqual((await network(3, "sigmoid").predict({ ...images, divisor: 255 })).data);
  });

  it.each([[[4, 4]], [[16]]])("reads samples of %j as square pictures", async (shape) => {
    const classifier = await kerasClassifier(network(3, "softmax", shape), "model.h5");
    expect(classifier.imageShape).toEqual([4, 4, 1]);
    const expected = await network(3, "softmax").predict({ ...images, divisor: 255 });
    expect((await classifier.classify(images)).data).toEqual(expected.data);
  });

  it("scales pixels as the model says, else as is usual, which is noted; what the caller says counts most", async () => {
    const scaled = Float32Array.from(images.data, (byte) => byte / 127.5 - 1);
    const wanted = await network(3, "softmax").predict(tensor("float32", images.shape, scaled));
    const model = network(3, "softmax");
    model.preparation = { divisor: 127.5, mean: [1] };
    const told = await kerasClassifier(model, "model.h5");
    expect(told.notes).toEqual([]);
    expect((await told.classify(images)).data).toEqual(wanted.data);

    const unknown = network(3, "softmax");
    unknown.preparation = undefined;
    const assumed = await kerasClassifier(unknown, "model.h5");
    expect(assumed.notes).toEqual([
      expect.stringContaining("does not say how pixels are scaled; they are taken from 0 to 1"),
    ]);

    const preparation = { divisor: 127.5, mean: [1] };
    const given = await kerasClassifier(network(3, "softmax"), "model.h5", { preparation });
    expect((await given.classify(images)).data).toEqual(wanted.data);
    await expect(
      kerasClassifier(network(3, "softmax"), "model.h5", { preparation: { mean: [1, 2, 3] } }),
    ).rejects.toThrow("model.h5: mean needs one number for pictures of one channel, but has 3.");
  });

  it("prepares pictures as digits for a model of ten classes in MNIST's sizes, else stretches them, and says so", async () => {
    const noteFor = async (units: number, shape: number[]): Promise<string | undefined> => {
      const classifier = await kerasClassifier(network(units, "softmax", shape), "model.h5");
      await classifier.dispose();
      return classifier.pictureNotes?.[0];
    };
    for (const shape of [[28, 28, 1], [32, 32, 1], [28, 28, 3], [784]]) {
      expect(await noteFor(10, shape)).toContain("cropped to the ink and centered");
    }
    for (const [units, shape] of [
      [10, [32, 32, 3]],
      [7, [48, 48, 1]],
    ] as const) {
      expect(await noteFor(units, [...shape])).toContain("as a whole");
    }
  });

  it.each([
    [
      network(1, "linear"),
      "model.h5: the model gives [batch, 1]; expected [batch, classes] with at least two",
    ],
    [sequential([layers.dense({ units: 3, inputShape: [5] })], { runtime }), "which is not a picture"],
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

  it.each([
    [
      "of another size",
      tensor("uint8", [1, 3, 5, 1], new Uint8Array(15)),
      "reads pictures of shape [4, 4, 1], but these have [3, 5, 1]",
    ],
    [
      "without a batch",
      tensor("uint8", [4, 4, 1], new Uint8Array(16)),
      "reads pictures of shape [4, 4, 1], but these have [4, 1]",
    ],
    [
      "of floats",
      tensor("float32", [1, 4, 4, 1], new Float32Array(16)),
      "scales them itself, but got a float32 tensor of shape [1, 4, 4, 1]",
    ],
    [
      "that are divided already",
      divide(images, 255),
      "but got a uint8 tensor of shape [3, 4, 4, 1] divided by 255.",
    ],
  ])("refuses pictures %s", async (_, wrong, message) => {
    const classifier = await kerasClassifier(network(3, "softmax"), "model.h5");
    await expect(classifier.classify(wrong)).rejects.toThrow(`model.h5`);
    await expect(classifier.classify(wrong)).rejects.toThrow(message);
  });
});
