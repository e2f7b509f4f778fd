import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Dataset, SampleType } from "../../data/datasets/dataset.js";
import type { FileRecipe } from "../../data/datasets/recipe.js";
import {
  type ImageOptions,
  imageForm,
  imageOptionNames,
  requireSide,
} from "../../data/images/image-options.js";
import { decodeInForm } from "../../data/images/read-image.js";
import { type LabelMode, labelsIn, requireLabelMode } from "../../data/label-mode.js";
import { inWords, TrazoError } from "../../errors.js";
import { requireKnownOptions } from "../../known-options.js";
import { copyRows } from "../../tensor.js";
import { localPath } from "../files/local-path.js";
import { readBytes } from "../files/read-bytes.js";
import { sha256 } from "../files/sha256.js";
import { forEachAtOnce } from "./for-each-at-once.js";
import { decodedAtOnce } from "./load-images.js";
import { hold, pictureCache, requireCacheBytes, takeHeld } from "./picture-cache.js";
import { loadSharp } from "./sharp.js";

/** Options of `fileDataset`. */
export interface FileDatasetOptions extends ImageOptions {
  /** Pixels. */
  readonly height: number;
  /** Pixels. */
  readonly width: number;
  /** The name of each class, by its number. */
  readonly classNames: readonly string[];
  /** The folder that the files' names begin in. Default: the working directory. */
  readonly directory?: string | URL | undefined;
  /** How labels are given. Default `"int"`. */
  readonly labelMode?: LabelMode | undefined;
  /** What the bytes are divided by in the graph. Default 255, which makes them 0 to 1; 1 leaves them as they are. */
  readonly divisor?: number | undefined;
  /** Bytes of memory for decoded pictures: the first ones stay there, and the threads of `inWorkers` share them. Default 0. */
  readonly cacheBytes?: number | undefined;
}

const fileDatasetOptions: Readonly<Record<keyof FileDatasetOptions, true>> = {
  height: true,
  width: true,
  classNames: true,
  directory: true,
  labelMode: true,
  divisor: true,
  cacheBytes: true,
  ...imageOptionNames,
};

/** Pictures that stay in their files until they are needed. */
export interface FileDataset extends Dataset<"uint8", "int32" | "float32"> {
  readonly y: SampleType<"int32" | "float32">;
  /** The name of each class, by its number. */
  readonly classNames: readonly string[];
  /** The file of each picture, below the folder. */
  readonly files: readonly string[];
  /** The class of each picture. */
  readonly classes: readonly number[];
}

/**
 * Pictures of your own choice and order, read from their files as they are needed: for a split of your own, or files that do not lie in
 * class folders. A picture that cannot be read ends the training with an error that names it.
 *
 * @param files their paths
 * @param classes the class of each, a number from 0
 * @throws TrazoError for options that are wrong, and classes that do not fit the files or names
 * @example
 * ```ts
 * const train = await fileDataset(["a/1.jpg", "b/7.jpg"], [0, 1], {
 *   directory: "animals",
 *   classNames: ["a", "b"],
 *   height: 96,
 *   width: 96,
 * });
 * await model.fit(train, { epochs: 10 });
 * ```
 */
export async function fileDataset(
  files: readonly string[],
  classes: readonly number[],
  options: FileDatasetOptions,
): Promise<FileDataset> {
  const what = "fileDataset";
  requireKnownOptions(options, fileDatasetOptions, what);
  const {
    height,
    width,
    classNames,
    labelMode = "int",
    divisor = 255,
    directory = ".",
    cacheBytes = 0,
  } = options;
  requireSide(height, `${what}: height`);
  requireSide(width, `${what}: width`);
  requireLabelMode(labelMode, classNames, what);
  requireDivisor(divisor, what);
  requireCacheBytes(cacheBytes, what);
  const form = imageForm(options, what);
  if (files.length === 0 || files.length !== classes.length) {
    throw new TrazoError(
      `${what} needs at least one file and a class for each, but got ${files.length} files and ${classes.length} classes.`,
    );
  }
  const wrong = classes.find((one) => !(Number.isInteger(one) && one >= 0 && one < classNames.length));
  if (wrong !== undefined) {
    throw new TrazoError(
      `${what}: classes must be integers from 0 to ${classNames.length - 1}, one for each of classNames, but one is ${inWords(wrong)}.`,
    );
  }
  return await datasetOfFiles(
    {
      root: localPath(directory, "The path of a folder"),
      files,
      targets: labelsIn(labelMode, classes, classNames.length),
      size: { height, width },
      form,
      divisor,
      cache: pictureCache(files.length, height * width * form.channels, cacheBytes),
    },
    classes,
    classNames,
  );
}

/** @throws TrazoError unless bytes can be divided by it */
export function requireDivisor(divisor: number, what: string): void {
  if (divisor > 0 && Number.isFinite(divisor)) return;
  throw new TrazoError(`${what}: divisor must be a positive number, but got ${divisor}.`);
}

/** A dataset of files that were checked. */
export async function datasetOfFiles(
  recipe: FileRecipe,
  classes: readonly number[],
  classNames: readonly string[],
): Promise<FileDataset> {
  await loadSharp();
  const fingerprint = await fingerprintOf(recipe);
  return {
    ...pictureReader(recipe),
    classNames,
    files: recipe.files,
    classes,
    fingerprint: () => fingerprint,
    recipe: { kind: "files", files: recipe },
  };
}

/**
 * What reads the pictures, wherever it runs.
 *
 * @param read gives a file's bytes
 */
export function pictureReader(
  { root, files, targets, size, form, divisor, cache }: FileRecipe,
  read: (path: string) => Uint8Array | Promise<Uint8Array> = readBytes,
): Dataset<"uint8", "int32" | "float32"> & { readonly y: SampleType<"int32" | "float32"> } {
  const bytes = size.height * size.width * form.channels;
  return {
    length: files.length,
    x: { dtype: "uint8", shape: [size.height, size.width, form.channels], divisor },
    y: { dtype: targets.dtype, shape: targets.shape.slice(1) },
    async read(indices, { x, y }) {
      await forEachAtOnce(indices.length, decodedAtOnce, async (row) => {
        const index = indices[row] as number;
        const into = x.subarray(row * bytes, (row + 1) * bytes);
        if (cache && takeHeld(cache, index, into)) return;
        const file = files[index] as string;
        const { data } = await decodeInForm(await read(join(root, file)), file, size, form);
        into.set(data);
        if (cache) hold(cache, index, data);
      });
      if (y) copyRows(targets, indices, 0, indices.length, y);
    },
  };
}

/** Tells sets of files apart by their names and sizes, not by all of their bytes. */
async function fingerprintOf({ root, files }: FileRecipe): Promise<string> {
  const sizes = new Array<number>(files.length);
  await forEachAtOnce(files.length, decodedAtOnce, async (i) => {
    sizes[i] = (await stat(join(root, files[i] as string)).catch(() => undefined))?.size ?? -1;
  });
  const listed = files.map((file, i) => `${file}\0${sizes[i]}`).join("\n");
  return sha256(listed).toString("hex").slice(0, 16);
}
