import { createHash } from "node:crypto";
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
  type Model,
  nodeRuntime,
  readOnnx,
  sliceRows,
  summarizeOnnx,
  toCategorical,
} from "../../src/index.js";
import { writeMnistAsset } from "../../src/node/data/mnist-asset.js";
import { loadMnist as loadPart } from "../../src/web/data/load-mnist.js";
import { webRuntime } from "../../src/web/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { bundled, openSite, type Site } from "./site.js";
import { type Recipe, trainTechnique } from "./techniques.js";

const { path } = temporaryFolder();
const library = { divide, toCategorical };

/**
 * Techniques, and whether rounding errors grow in their training: with them, one weight that differs in its last bit changes Node's
 * own losses by a thousandth within an epoch. What the page computes is the same all the same: see the test of bytes.
 */
const techniques = [
  ["base", base, false],
  ["dropout", dropout, false],
  ["l2", l2, false],
  ["batchnorm", batchnorm, true],
  ["augmentation", augmentation, true],
] as const;

/** Plain SIMD: relaxed SIMD rounds as the processor does it, and this Node may not have it. */
const plain = { relaxedSimd: false, threads: 1 } as const;

const digestOf = (model: Model): string =>
  createHash("sha256")
    .update(
      Buffer.concat(model.getWeights().map((weights) => new Uint8Array(new Float32Array(weights).buffer))),
    )
    .digest("hex");

/** Its first weight differs in the last bit. */
const nudged = (technique: Recipe): Recipe => ({
  ...technique,
  network(options) {
    const model = technique.network(options);
    const [first, ...others] = model.getWeights().map((weights) => new Float32Array(weights));
    const bits = new Uint32Array((first as Float32Array<ArrayBuffer>).buffer);
    bits[0] = (bits[0] as number) + 1;
    model.setWeights([first as Float32Array, ...others]);
    return model;
  },
});

/** The largest relative difference of the mean losses so far, over some steps. */
const drift = (a: readonly number[], b: readonly number[], steps = a.length): number =>
  Math.max(...a.slice(0, steps).map((loss, step) => Math.abs(loss / (b[step] as number) - 1)));

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

  describe.each(techniques)("%s", (name, technique, grows) => {
    let inPage: { losses: number[]; digest: string };

    beforeAll(async () => {
      inPage = await site.evaluate(`train("${name}", ${JSON.stringify(plain)})`);
      digests.set(name, inPage.digest);
    });

    it("trains to the bytes of the same products in Node", async () => {
      const { model, losses } = await trainTechnique(
        library,
        technique,
        await loadPart(asset),
        webRuntime(plain),
      );
      expect(losses).toHaveLength(32);
      expect(inPage.losses).toEqual(losses);
      expect(inPage.digest).toBe(digestOf(model));
      await model.dispose();
    });

    it("has the losses of Node's own products, up to what a last bit changes there", async () => {
      const runtime = await nodeRuntime({ threads: 1 });
      const lossesOf = async (recipe: Recipe): Promise<readonly number[]> => {
        const { model, losses } = await trainTechnique(library, recipe, await loadPart(asset), runtime);
        await model.dispose();
        return losses;
      };
      const expected = await lossesOf(technique);
      expect(drift(inPage.losses, expected, 3)).toBeLessThan(1e-4);
      const most = grows ? 10 * drift(await lossesOf(nudged(technique)), expected) : 1e-5;
      expect(drift(inPage.losses, expected)).toBeLessThan(most);
    });
  });

  it("two models that train at once have the bytes that each has alone, every time", async () => {
    const alone = ["base", "dropout"].map((name) => digests.get(name));
    expect(await site.evaluate(`twoAtOnce(${JSON.stringify(plain)})`)).toEqual(alone);
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
