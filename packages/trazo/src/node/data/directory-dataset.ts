import { join } from "node:path";
import { type LabelMode, labelsIn } from "../../data/label-mode.js";
import { datasetOfFiles, type FileDataset, requireDivisor } from "./file-dataset.js";
import { chooseFiles, type ImagesFromDirectoryOptions } from "./images-from-directory.js";
import { decodeEach, requireOnUnreadable, type UnreadableFile, unreadableFiles } from "./load-images.js";
import { pictureCache, requireCacheBytes } from "./picture-cache.js";

/** Options of `directoryDataset`: those of `imagesFromDirectory`, and a divisor. */
export type DirectoryDatasetOptions = Omit<ImagesFromDirectoryOptions, "labelMode" | "onUnreadable"> & {
  /** How labels are given. Default `"int"`. */
  readonly labelMode?: LabelMode | undefined;
  /** What the bytes are divided by in the graph. Default 255, which makes them 0 to 1; Keras leaves them as they are, 1. */
  readonly divisor?: number | undefined;
  /** Bytes of memory for decoded pictures: the first ones stay there, and the threads of `inWorkers` share them. Default 0. */
  readonly cacheBytes?: number | undefined;
  /**
   * What to do with files that cannot be read as pictures: end the training with an error that names the first one (`"throw"`, default),
   * or decode every file once before, and leave those out that cannot be (`"skip"`). The split is made before any is left out.
   */
  readonly onUnreadable?: ImagesFromDirectoryOptions["onUnreadable"];
};

/** Pictures that stay in their folder until they are needed. */
export interface DirectoryDataset extends FileDataset {
  /** The files that were left out. */
  readonly unreadable: readonly UnreadableFile[];
}

/**
 * The pictures of a folder that has a folder for each class, read from their files as they are needed: the same, in the same order, as
 * `imagesFromDirectory` reads into memory. `fit` reads the next batches while a step is computed; `inWorkers` decodes them in other
 * threads.
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
  const what = "directoryDataset";
  const { divisor = 255, cacheBytes = 0, ...reading } = options;
  requireDivisor(divisor, what);
  requireCacheBytes(cacheBytes, what);
  const { height, width, labelMode = "int", onUnreadable = "throw" } = reading;
  requireOnUnreadable(onUnreadable);
  const { form, root, files, labels, classNames } = await chooseFiles(directory, reading, what);
  const all = { kept: Array.from(files.keys()), unreadable: [] };
  const { kept, unreadable } =
    onUnreadable === "throw"
      ? all
      : await decodeEach(
          files.map((file) => ({ name: file, path: join(root, file) })),
          undefined,
          form,
        );
  if (kept.length === 0) throw unreadableFiles(unreadable);
  const classes = kept.map((i) => labels[i] as number);
  const recipe = {
    root,
    files: kept.map((i) => files[i] as string),
    targets: labelsIn(labelMode, classes, classNames.length),
    size: { height, width },
    form,
    divisor,
    cache: pictureCache(kept.length, height * width * form.channels, cacheBytes),
  };
  return { ...(await datasetOfFiles(recipe, classes, classNames)), unreadable };
}
