import { writeFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import {
  fromKeras,
  layers,
  openClassifier,
  picturePreparation,
  readImage,
  type Sequential,
  sequential,
  TrazoError,
} from "../../src/index.js";
import { readBytes, readPicture } from "../../src/node/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { runtime } from "../model/tiny.js";

const { path } = temporaryFolder();

function network(units = 2, activation: "softmax" | "sigmoid" = "softmax"): Sequential {
  const model = sequential(
    [layers.input({ shape: [8, 8, 3] }), layers.flatten(), layers.dense({ units, activation })],
    { seed: 2, runtime },
  );
  model.preparation = {
    divisor: 255,
    fit: "crop",
    invert: false,
    ink: "light",
    interpolation: "bilinear",
    antialias: true,
    background: [255, 255, 255],
  };
  return model;
}

describe("what a model's file says of its pictures and classes", () => {
  it.each(["model.keras", "model.h5", "model.onnx"])("is in %s", async (name) => {
    const model = network();
    model.classNames = ["señal de stop", "贝壳"];
    if (name.endsWith(".onnx")) writeFileSync(path(name), model.toOnnx());
    else await model.save(path(name));
    const classifier = await openClassifier(path(name), { runtime });
    expect(classifier.classes).toEqual(["señal de stop", "贝壳"]);
    expect(picturePreparation(classifier)).toMatchObject(model.preparation ?? {});
    expect([classifier.notes, classifier.pictureNotes]).toEqual([[], []]);
    await classifier.dispose();
  });

  it("names both classes of one sigmoid", async () => {
    const model = network(1, "sigmoid");
    model.classNames = ["no", "yes"];
    const opened = await fromKeras(await model.toKeras());
    expect(opened.classNames).toEqual(["no", "yes"]);
  });

  it("makes of a picture file what readImage makes of it", async () => {
    const noise = {
      width: 61,
      height: 37,
      channels: 4 as const,
      background: { r: 9, g: 80, b: 200, alpha: 0.5 },
    };
    await sharp({ create: noise })
      .composite([{ input: { create: { ...noise, width: 20, height: 20 } }, left: 7, top: 3 }])
      .png()
      .toFile(path("picture.png"));
    const model = network();
    await model.save(path("prepared.keras"));
    const classifier = await openClassifier(path("prepared.keras"), { runtime });
    const file = path("picture.png");
    const { image, doubts } = await readPicture(
      () => readBytes(file),
      file,
      classifier.imageShape,
      picturePreparation(classifier),
    );
    const form = { fit: "crop", antialias: true, background: [255, 255, 255] } as const;
    expect(image).toEqual(await readImage(file, { height: 8, width: 8, ...form }));
    expect(doubts).toEqual([]);
    await classifier.dispose();
  });

  it.each([
    [["a"], "classNames needs a name for each output"],
    [["a", "a"], '"a" is listed twice'],
    [["a", ""], '"" is not a plain name'],
  ])("refuses the names %j", (names, message) => {
    const model = network();
    expect(() => {
      model.classNames = names;
    }).toThrow(TrazoError);
    expect(() => {
      model.classNames = names;
    }).toThrow(message);
  });
});
