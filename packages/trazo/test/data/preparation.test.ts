import { describe, expect, it } from "vitest";
import { measurePreparation } from "../../src/data/measure-preparation.js";
import { parsePreparation } from "../../src/data/preparation.js";
import { divide, layers, loadModel, sequential, tensor } from "../../src/index.js";
import { loadMnist } from "../../src/node/data/mnist.js";
import { runtime } from "../model/tiny.js";
import { temporaryFolder } from "./temporary-folder.js";

const { path } = temporaryFolder();
const { images } = (await loadMnist()).test;
const first = tensor("uint8", [500, 28, 28, 1], images.data.slice(0, 500 * 784));

const network = () =>
  sequential([layers.dense({ units: 2, activation: "softmax", inputShape: [4] })], { seed: 1, runtime });

describe("a model's preparation", () => {
  const preparation = { divisor: 127.5, mean: [1], ink: "dark", invert: false, fit: "crop" } as const;

  it.each(["model.keras", "model.h5"])("is kept in %s", async (name) => {
    const model = network();
    await model.save(path(name));
    expect((await loadModel(path(name))).preparation).toBeUndefined();
    model.preparation = preparation;
    await model.save(path(name));
    expect((await loadModel(path(name))).preparation).toEqual(preparation);
  });

  it("knows from fit what bytes were divided by", async () => {
    const model = network();
    model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    const [x, y] = [tensor("uint8", [2, 4], new Uint8Array(8)), tensor("uint8", [2], new Uint8Array(2))];
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    expect(model.preparation?.divisor).toBe(1);
    await model.fit(divide(x, 255), y, { epochs: 1, verbose: 0 });
    expect(model.preparation?.divisor).toBe(255);
    await model.dispose();
  });

  it("is refused when it is not one", () => {
    const model = network();
    expect(() => {
      model.preparation = { divisor: 0 };
    }).toThrow("A model's preparation is not valid: divisor must be a positive number, but is 0.");
    expect(() => parsePreparation('{"fit":"zoom"}', "a.h5")).toThrow(
      'a.h5 does not say how pictures are prepared: fit must be "digit" or "stretch" or "contain" or "crop", but is "zoom".',
    );
    expect(() => parsePreparation('{"std":[0]}', "a.h5")).toThrow(
      "std must be a list of one positive number or three",
    );
    expect(() => parsePreparation("[", "a.h5")).toThrow("is not JSON");
  });
});

describe("measuring how images were prepared", () => {
  it("finds MNIST's own way", () => {
    expect(measurePreparation(first)).toEqual({ ink: "light", invert: "auto", fit: "digit" });
  });

  it("finds dark ink on light", () => {
    const dark = tensor(
      "uint8",
      first.shape,
      first.data.map((value) => 255 - value),
    );
    expect(measurePreparation(dark)).toEqual({ ink: "dark", invert: "auto", fit: "digit" });
  });

  it("finds digits that are gray in three channels", () => {
    const data = Uint8Array.from(
      { length: 500 * 784 * 3 },
      (_, i) => first.data[Math.floor(i / 3)] as number,
    );
    expect(measurePreparation(tensor("uint8", [500, 28, 28, 3], data)).fit).toBe("digit");
  });

  it("finds images that fill the frame", () => {
    const moved = tensor(
      "uint8",
      [500, 28, 28, 1],
      Uint8Array.from(first.data, (_, i) => first.data[i + 5] ?? 0),
    );
    expect(measurePreparation(moved).fit).toBe("stretch");
  });

  it("leaves images as they are that have no background in common", () => {
    const mixed = tensor(
      "uint8",
      first.shape,
      first.data.map((value, i) => (i < 250 * 784 ? value : 255 - value)),
    );
    expect(measurePreparation(mixed)).toEqual({ ink: "light", invert: false, fit: "stretch" });
  });
});
