import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inEachBrowser, itUnless } from "../../../../test/browsers/browsers.js";
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

let asset: Uint8Array;

beforeAll(async () => {
  await writeMnistAsset(path("mnist.gz"), { train: 4000, test: 100 });
  asset = await readFile(path("mnist.gz"));
});

async function lossesInNode(recipe: Recipe): Promise<readonly number[]> {
  const runtime = await nodeRuntime({ threads: 1 });
  const { model, losses } = await trainTechnique(library, recipe, await loadPart(asset), runtime);
  await model.dispose();
  return losses;
}

/** Computed once for all browsers. */
const inNode = new Map<string, Promise<unknown>>();

function once<T>(key: string, compute: () => Promise<T>): Promise<T> {
  const known = inNode.get(key) ?? compute();
  inNode.set(key, known);
  return known as Promise<T>;
}

it("the compressed MNIST is MNIST", async () => {
  const { train, test } = await loadMnist();
  const part = await loadPart(asset);
  expect(part.train.labels).toEqual(sliceRows(train.labels, 0, 4000));
  expect(Buffer.compare(part.test.images.data, sliceRows(test.images, 0, 100).data)).toBe(0);
  expect(part.train.images.shape).toEqual([4000, 28, 28, 1]);
});

inEachBrowser("the practice", (browser) => {
  let site: Site;
  /** Of trained weights, by the technique. */
  const digests = new Map<string, string>();

  beforeAll(async () => {
    const files = { "/page.js": await bundled("techniques-page.ts"), "/mnist.gz": asset };
    site = await openSite(files, browser);
  });

  afterAll(() => site?.close());

  describe.each(techniques)("%s", (name, technique, grows) => {
    let inPage: { losses: number[]; digest: string };

    beforeAll(async () => {
      inPage = await site.evaluate(`train("${name}", ${JSON.stringify(plain)})`);
      digests.set(name, inPage.digest);
    });

    it("trains to the bytes of the same products in Node", async () => {
      const { losses, digest } = await once(`${name}, the same products`, async () => {
        const trained = await trainTechnique(library, technique, await loadPart(asset), webRuntime(plain));
        return { losses: trained.losses, digest: digestOf(trained.model) };
      });
      expect(losses).toHaveLength(32);
      expect(inPage.losses).toEqual(losses);
      expect(inPage.digest).toBe(digest);
    });

    it("has the losses of Node's own products, up to what a last bit changes there", async () => {
      const { expected, most } = await once(`${name}, Node's own products`, async () => {
        const own = await lossesInNode(technique);
        return { expected: own, most: grows ? 10 * drift(await lossesInNode(nudged(technique)), own) : 1e-5 };
      });
      expect(drift(inPage.losses, expected, 3)).toBeLessThan(1e-4);
      expect(drift(inPage.losses, expected)).toBeLessThan(most);
    });
  });

  it("two models that train at once have the bytes that each has alone, every time", async () => {
    const alone = ["base", "dropout"].map((name) => digests.get(name));
    expect(await site.evaluate(`twoAtOnce(${JSON.stringify(plain)})`)).toEqual(alone);
  });

  it("a model is saved as bytes and to the page's database, and read back", async () => {
    const { expected, found, stored, removed, missing, files } = await site.evaluate<{
      expected: number[];
      found: Record<string, number[]>;
      stored: string[];
      removed: string[];
      missing: string[];
      files: { keras: string; h5: string; onnx: string };
    }>("saved()");
    for (const [kind, probabilities] of Object.entries(found)) expect(probabilities, kind).toEqual(expected);
    expect(Object.keys(found)).toEqual(["keras", "h5", "weights", "indexedDb"]);
    expect(stored).toEqual(["base.h5"]);
    expect(removed).toEqual([]);
    expect(missing).toEqual([
      'TrazoError: Cannot read base.h5: there is no such file in the database "trazo".',
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

  itUnless(
    browser.withoutFiles,
    "a model is saved to the page's own file system, and read back",
    async () => {
      const { expected, found, ...others } = await site.evaluate<{ expected: number[]; found: number[] }>(
        "savedAsFile()",
      );
      expect(found).toEqual(expected);
      expect(others).toEqual({
        stored: ["runs/base.keras"],
        removed: [],
        missing: [
          "TrazoError: Cannot read runs/base.keras: there is no such file.",
          "TrazoError: Cannot read /nothing.keras: there is no such file.",
        ],
      });
    },
  );

  itUnless(
    browser.withoutFiles ? undefined : "pages have a file system of their own here",
    "a page without a file system of its own is told what to use in place of paths",
    async () => {
      const use = /^TrazoError: There is no file system for paths here: .* \("indexeddb:\/\/model.keras"\)/;
      const [relative, absolute] = await site.evaluate<string[]>("missingFiles()");
      expect(relative).toMatch(use);
      expect(absolute).toMatch(use);
    },
  );

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
