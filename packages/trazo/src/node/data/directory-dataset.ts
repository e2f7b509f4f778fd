import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Dataset, SampleType } from "../../data/datasets/dataset.js";
import { decodeInForm } from "../../data/images/read-image.js";
import { type LabelMode, labelsIn } from "../../data/label-mode.js";
import { TrazoError } from "../../errors.js";
import { copyRows } from "../../tensor.js";
import { readBytes } from "../files/read-bytes.js";
import { sha256 } from "../files/sha256.js";
import { forEachAtOnce } from "./for-each-at-once.js";
import { chooseFiles, type ImagesFromDirectoryOptions } from "./images-from-directory.js";
import { decodedAtOnce } from "./load-images.js";
import { loadSharp } from "./sharp.js";

/** Options of `directoryDataset`: those of `imagesFromDirectory`, but that every file has to be readable. */
export type DirectoryDatasetOptions = Omit<ImagesFromDirectoryOptions, "onUnreadable" | "labelMode"> & {
  /** How labels are given. Default `"int"`. */
  readonly labelMode?: LabelMode | undefined;
  /** What the bytes are divided by in the graph. Default 255, which makes them 0 to 1; Keras leaves them as they are, 1. */
  readonly divisor?: number | undefined;
};

/** Pictures that stay in their folder until they are needed. */
export interface DirectoryDataset extends Dataset<"uint8", "int32" | "float32"> {
  readonly y: SampleType<"int32" | "float32">;
  /** The name of each class, by its number. */
  readonly classNames: readonly string[];
  /** The file of each picture, below the folder, with forward slashes. */
  readonly files: readonly string[];
  /** The class of each picture. */
  readonly classes: readonly number[];
}

/**
 * The pictures of a folder that has a folder for each class, read from their files as they are needed: the same, in the same order, as
 * `imagesFromDirectory` reads into memory. `fit` reads the next batches while a step is computed. A picture that cannot be read ends
 * the training with an error that names it; `imagesFromDirectory` can leave such files out.
 *
 * @throws TrazoError naming the folder that cannot be read, or the option that is wrong
 * @example
 * ```ts
 * const options = { height: 96, width: 96, validationSplit: 0.2, seed: 1 } as const;
 * const train = await directoryDataset("animals", { ...options, subset: "training" });
 * const validationData = await directoryDataset("animals", { ...options, subset: "validation" });
 * await model.fit(train, { epochs: 10, validationData });
 * ```
 */
export async function directoryDataset(
  directory: string | URL,
  options: DirectoryDatasetOptions,
): Promise<DirectoryDataset> {
  const { divisor = 255, ...reading } = options;
  if (!(divisor > 0 && Number.isFinite(divisor))) {
    throw new TrazoError(`directoryDataset: divisor must be a positive number, but got ${divisor}.`);
  }
  if ("onUnreadable" in reading) {
    throw new TrazoError(
      "directoryDataset has no option onUnreadable: it reads the pictures only when they are needed.",
    );
  }
  const { height, width, labelMode = "int" } = reading;
  const { form, root, files, labels, classNames } = await chooseFiles(directory, reading, "directoryDataset");
  await loadSharp();
  const targets = labelsIn(labelMode, labels, classNames.length);
  const size = { height, width };
  const bytes = height * width * form.channels;
  const fingerprint = await fingerprintOf(root, files);
  return {
    length: files.length,
    x: { dtype: "uint8", shape: [height, width, form.channels], divisor },
    y: { dtype: targets.dtype, shape: targets.shape.slice(1) },
    classNames,
    files,
    classes: labels,
    async read(indices, { x, y }) {
      await forEachAtOnce(indices.length, decodedAtOnce, async (row) => {
        const file = files[indices[row] as number] as string;
        x.set((await decodeInForm(await readBytes(join(root, file)), file, size, form)).data, row * bytes);
      });
      if (y) copyRows(targets, indices, 0, indices.length, y);
    },
    fingerprint: () => fingerprint,
  };
}

/** Tells folders apart by the names and sizes of their files, not by all of their bytes. */
async function fingerprintOf(root: string, files: readonly string[]): Promise<string> {
  const sizes = new Array<number>(files.length);
  await forEachAtOnce(files.length, decodedAtOnce, async (i) => {
    sizes[i] = (await stat(join(root, files[i] as string)).catch(() => undefined))?.size ?? -1;
  });
  const listed = files.map((file, i) => `${file}\0${sizes[i]}`).join("\n");
  return sha256(listed).toString("hex").slice(0, 16);
}
