import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { augmentation } from "../../../practice/src/techniques/augmentation.js";
import { base } from "../../../practice/src/techniques/base.js";
import { batchnorm } from "../../../practice/src/techniques/batchnorm.js";
import { dropout } from "../../../practice/src/techniques/dropout.js";
import { l2 } from "../../../practice/src/techniques/l2.js";
import {
  divide,
  fromKeras,
  loadMnist,
  nodeRuntime,
  readOnnx,
  sliceRows,
  summarizeOnnx,
  toCategorical,
} from "../../src/index.js";
import { writeMnistAsset } from "../../src/node/data/mnist-asset.js";
import { loadMnist as loadPart } from "../../src/web/data/load-mnist.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { bundled, openSite, type Site } from "./site.js";
import { trainTechnique } from "./techniques.js";

const { path } = temporaryFolder();
const library = { divide, toCategorical };

/**
 * Techniques, and how far the mean loss of an epoch may be from Node's. With batch normalization differences of rounding grow: Node's
 * own ways to compute a step (graphs of either lowering, the plan) are as far from each other.
 */
const techniques = [
  ["base", base, 1e-4],
  ["dropout", dropout, 1e-4],
  ["l2", l2, 1e-4],
  ["batchnorm", batchnorm, 5e-3],
  ["augmentation", augmentation, 5e-3],
] as const;

describe("the practice in Chromium", () => {
  let site: Site;
  let asset: Uint8Array;
  /** Of trained weights, by the technique. */
  const digests = new Map<string, string>();

  beforeAll(async () => {
    await writeMnistAsset(path("mnist.gz"), { train: 4000, test: 100 });
    asset = await readFile(path("mnist.gz"));
    site = await openSite({ "/page.js": await bundled("techniques-page.ts"), "/mnist.gz": asset });
  });

  afterAll(() => site?.close());

  it("the compressed MNIST is MNIST", async () => {
    const { train, test } = await loadMnist();
    const part = await loadPart(asset);
    expect(part.train.labels).toEqual(sliceRows(train.labels, 0, 4000));
    expect(Buffer.compare(part.test.images.data, sliceRows(test.images, 0, 100).data)).toBe(0);
    expect(part.train.images.shape).toEqual([4000, 28, 28, 1]);
  });

  it.each(techniques)("%s has Node's losses over an epoch", async (name, technique, tolerance) => {
    const { losses, digest } = await site.evaluate<{ losses: number[]; digest: string }>(`train("${name}")`);
    digests.set(name, digest);
    const part = await loadPart(asset);
    const node = await nodeRuntime({ threads: 1 });
    const expected = await trainTechnique(library, technique, part, node);
    await expected.model.dispose();
    expect(losses).toHaveLength(32);
    for (const [step, loss] of expected.losses.entries()) {
      const far = step < 3 ? 1e-4 : tolerance;
      expect(Math.abs((losses[step] as number) / loss - 1), `step ${step}`).toBeLessThan(far);
    }
  });

  it("two models that train at once have the bytes that each has alone, every time", async () => {
    const alone = ["base", "dropout"].map((name) => digests.get(name));
    expect(await site.evaluate("twoAtOnce()")).toEqual(alone);
  });

  it("a model is saved as bytes, to the page's file system and to a database, and read back", async () => {
    const { expected, found, stored, removed, missing, files } = await site.evaluate<{
      expected: number[];
      found: Record<string, number[]>;
      stored: Record<string, string[]>;
      removed: string[];
      missing: string[];
      files: { keras: string; h5: string; onnx: string };
    }>("saved()");
    for (const [kind, probabilities] of Object.entries(found)) expect(probabilities, kind).toEqual(expected);
    expect(Object.keys(found)).toEqual(["keras", "h5", "weights", "opfs", "indexedDb"]);
    expect(stored).toEqual({ opfs: ["runs/base.keras"], indexedDb: ["base.h5"] });
    expect(removed).toEqual([]);
    expect(missing).toEqual([
      "TrazoError: Cannot read runs/base.keras: there is no such file.",
      'TrazoError: Cannot read base.h5: there is no such file in the database "trazo".',
      "TrazoError: Cannot read /nothing.keras: there is no such file.",
      expect.stringMatching(/^TrazoError: Cannot fetch http:.*: the server answers 404/),
    ]);
    const test = divide((await loadPart(asset)).test.images, 255);
    for (const bytes of [files.keras, files.h5].map((text) => Buffer.from(text, "base64"))) {
      const model = await fromKeras(new Uint8Array(bytes));
      const { data } = await model.predict(sliceRows(test, 0, 20));
      for (const [i, value] of expected.entries()) expect(data[i]).toBeCloseTo(value, 5);
      await model.dispose();
    }
    expect(summarizeOnnx(readOnnx(new Uint8Array(Buffer.from(files.onnx, "base64")), "the file"))).toContain(
      "Conv",
    );
  });

  it("MNIST comes with progress, or with the reason why not", async () => {
    const { shape, source, seen, refused } = await site.evaluate<{
      shape: number[];
      source: string;
      seen: { loaded: number; total: number }[];
      refused: string[];
    }>("progress()");
    expect(shape).toEqual([4000, 28, 28, 1]);
    expect(source).toBe("MNIST (/mnist.gz)");
    expect(seen.at(-1)).toEqual({ loaded: asset.length, total: asset.length });
    expect(refused).toEqual([
      "TrazoError: Cannot fetch /missing: the server answers 404 Not Found.",
      "TrazoError: MNIST's file: the gzip data are damaged or cut off. Fetch the file again.",
      expect.stringContaining("AbortError"),
    ]);
  });

  it("a training is canceled", async () => {
    expect(await site.evaluate("canceled()")).toMatch(
      /^TrainingInterrupted: Training was interrupted in epoch/,
    );
  });

  it("a model that no page has room for is refused in words", async () => {
    expect(await site.evaluate("tooLarge()")).toMatch(
      /^TrazoError: The system could not provide \d+ bytes for the model's memory: .* A smaller model or batch needs less\.$/,
    );
  });
});
