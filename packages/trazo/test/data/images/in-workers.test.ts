import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import sharp from "sharp";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  augmentDataset,
  type Dataset,
  directoryDataset,
  fileDataset,
  imageDataGenerator,
  inWorkers,
  layers,
  mapDataset,
  moduleDataset,
  sequential,
  TrazoError,
} from "../../../src/index.js";
import { runtime } from "../../model/tiny.js";
import { temporaryFolder } from "../temporary-folder.js";

const folder = temporaryFolder();
const size = { height: 6, width: 5, seed: 3 } as const;
const opened: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));

function reading<D extends Dataset>(dataset: D, workers?: number): D {
  const read = inWorkers(dataset, { workers });
  opened.push(read);
  return read;
}

beforeAll(async () => {
  for (let i = 0; i < 24; i++) {
    const background = { r: (i * 37) % 256, g: (i * 91) % 256, b: (i * 13) % 256 };
    const file = folder.path(`animals/${["cats", "dogs"][i % 2]}/${String(i).padStart(2, "0")}.png`);
    await mkdir(dirname(file), { recursive: true });
    await sharp({ create: { width: 9 + i, height: 7, channels: 3, background } })
      .png()
      .toFile(file);
  }
});

const augmented = async (cacheBytes = 0): Promise<Dataset> =>
  augmentDataset(
    await directoryDataset(folder.path("animals"), { ...size, divisor: 1, cacheBytes }),
    imageDataGenerator({
      rotationRange: 40,
      brightnessRange: [0.5, 1.5],
      horizontalFlip: true,
      rescale: 1 / 255,
    }),
  );

async function weightsAfter(dataset: Dataset): Promise<readonly Float32Array[]> {
  const model = sequential(
    [layers.input({ shape: [6, 5, 3] }), layers.flatten(), layers.dense({ units: 2, activation: "softmax" })],
    { seed: 2, runtime },
  );
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
  await model.fit(dataset, { epochs: 3, batchSize: 5, verbose: 0, classWeight: { 1: 2 } });
  const weights = model.getWeights();
  await model.dispose();
  return weights as readonly Float32Array[];
}

describe("inWorkers", () => {
  it("trains to the very bytes, whatever the number of threads", async () => {
    const alone = await weightsAfter(await augmented());
    expect(await weightsAfter(reading(await augmented()))).toEqual(alone);
    expect(await weightsAfter(reading(await augmented(), 3))).toEqual(alone);
    // Room for ten of the 24 pictures.
    expect(await weightsAfter(reading(await augmented(10 * 6 * 5 * 3 + 7), 2))).toEqual(alone);
  });

  it("keeps what else the dataset says", async () => {
    const pictures = await directoryDataset(folder.path("animals"), size);
    const read = reading(pictures);
    expect(read).toMatchObject({ classNames: ["cats", "dogs"], files: pictures.files, length: 24 });
    expect(read.fingerprint?.()).toBe(pictures.fingerprint?.());
  });

  it("tells which file cannot be read, and continues with others", async () => {
    await writeFile(folder.path("note.png"), "no picture");
    const files = ["note.png", "animals/cats/00.png"];
    const options = { ...size, seed: undefined, directory: folder.path("."), classNames: ["a", "b"] };
    const { seed: _, ...form } = options;
    const read = reading(await fileDataset(files, [0, 1], form));
    const into = { x: new Uint8Array(6 * 5 * 3), y: new Int32Array(1), sampleWeight: new Float32Array([1]) };
    await expect(read.read(Int32Array.of(0), into, { seed: 1 })).rejects.toThrow(
      new TrazoError(
        "note.png is not a picture in a supported format (PNG, JPEG, WebP, GIF, AVIF, TIFF and BMP).",
      ),
    );
    await read.read(Int32Array.of(1), into, { seed: 1 });
    expect([...into.y]).toEqual([1]);
  });

  it("reads what a module makes, sample weights included", async () => {
    await writeFile(
      folder.path("squares.mjs"),
      `export default ({ count }) => ({
        length: count,
        x: { dtype: "float32", shape: [1] },
        y: { dtype: "int32", shape: [] },
        read(indices, { x, y, sampleWeight }, { seed }) {
          indices.forEach((index, row) => {
            x[row] = index ** 2 + seed;
            if (y) y[row] = index;
            sampleWeight[row] *= 3;
          });
        },
      });`,
    );
    const squares = reading(
      await moduleDataset(new URL(`file://${folder.path("squares.mjs")}`), { count: 9 }),
    );
    const into = { x: new Float32Array(2), y: new Int32Array(2), sampleWeight: new Float32Array([1, 2]) };
    await squares.read(Int32Array.of(3, 8), into, { seed: 0.5 });
    expect(into).toEqual({
      x: Float32Array.of(9.5, 64.5),
      y: Int32Array.of(3, 8),
      sampleWeight: Float32Array.of(3, 6),
    });
  });

  it("reads no file again of a picture that is held", async () => {
    const [file, copy] = [folder.path("animals/cats/00.png"), folder.path("held/a/1.png")];
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(file, copy);
    const read = reading(
      await directoryDataset(folder.path("held"), { height: 6, width: 5, cacheBytes: 1000 }),
      2,
    );
    const into = { x: new Uint8Array(90), y: undefined, sampleWeight: new Float32Array(1) };
    await read.read(Int32Array.of(0), into, { seed: 1 });
    const first = into.x.slice();
    await rm(copy);
    await read.read(Int32Array.of(0), into, { seed: 1 });
    expect(into.x).toEqual(first);
  });

  it("refuses what it cannot hand to a thread, and wrong numbers of threads", async () => {
    const pictures = await directoryDataset(folder.path("animals"), size);
    expect(() => inWorkers(mapDataset(pictures, () => undefined))).toThrow("moduleDataset");
    const own = imageDataGenerator({ preprocessingFunction: () => undefined });
    expect(() => inWorkers(augmentDataset(pictures, own))).toThrow(TrazoError);
    expect(() => inWorkers(pictures, { workers: 0 })).toThrow("from 1 to 64");
  });

  it("ends what waits when it is closed, and starts again for the next read", async () => {
    const read = inWorkers(await directoryDataset(folder.path("animals"), size));
    opened.push(read);
    const into = { x: new Uint8Array(90), y: new Int32Array(1), sampleWeight: new Float32Array([1]) };
    const interrupted = Promise.resolve(read.read(Int32Array.of(0), into, { seed: 1 }));
    const refused = expect(interrupted).rejects.toThrow("closed while it was being read");
    await read.close();
    await refused;
    await read.read(Int32Array.of(0), into, { seed: 1 });
    expect(into.x.some((byte) => byte > 0)).toBe(true);
  });
});

describe("directoryDataset", () => {
  it("leaves out what cannot be read, where it is told to", async () => {
    const [good, bad] = [folder.path("mixed/a/1.png"), folder.path("mixed/b/2.png")];
    for (const file of [good, bad]) await mkdir(dirname(file), { recursive: true });
    await sharp({ create: { width: 3, height: 3, channels: 3, background: "red" } })
      .png()
      .toFile(good);
    await writeFile(bad, "no picture");
    const pictures = await directoryDataset(folder.path("mixed"), {
      height: 2,
      width: 2,
      onUnreadable: "skip",
    });
    expect(pictures).toMatchObject({ length: 1, files: ["a/1.png"], classNames: ["a", "b"] });
    expect(pictures.unreadable).toEqual([{ file: "b/2.png", reason: expect.stringContaining("b/2.png") }]);
  });

  it("gives every class to both parts where it is told to, as scikit-learn does", async () => {
    const split = { ...size, validationSplit: 0.25, stratify: true } as const;
    const parts = await Promise.all(
      (["training", "validation"] as const).map((subset) =>
        directoryDataset(folder.path("animals"), { ...split, subset }),
      ),
    );
    const counts = parts.map(({ classes }) => [0, 1].map((one) => classes.filter((c) => c === one).length));
    expect(counts).toEqual([
      [9, 9],
      [3, 3],
    ]);
    expect(new Set(parts.flatMap(({ files }) => files)).size).toBe(24);
    await expect(directoryDataset(folder.path("animals"), { ...size, stratify: true })).rejects.toThrow(
      "stratify needs a split",
    );
  });
});
