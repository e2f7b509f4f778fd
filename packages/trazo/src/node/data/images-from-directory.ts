import { join } from "node:path";
import {
  type ImageForm,
  type ImageOptions,
  imageForm,
  imageOptionNames,
  requireSide,
} from "../../data/images/image-options.js";
import { type LabelMode, labelsIn, requireLabelMode } from "../../data/label-mode.js";
import { emptySubset, type SubsetOptions, subsetIndices, subsetOptionNames } from "../../data/subset.js";
import { TrazoError } from "../../errors.js";
import { requireKnownOptions } from "../../known-options.js";
import type { Tensor } from "../../tensor.js";
import { localPath } from "../files/local-path.js";
import { type ImageFiles, imagesBelow, listImageFiles } from "./image-files.js";
import { type LoadedImages, loadImages, type OnUnreadable } from "./load-images.js";

/** Options of `imagesFromDirectory`. */
export interface ImagesFromDirectoryOptions extends ImageOptions, SubsetOptions {
  /** Pixels. */
  readonly height: number;
  /** Pixels. */
  readonly width: number;
  /** How labels are given; null for a folder without classes, of which all pictures are read. Default `"int"`. */
  readonly labelMode?: LabelMode | null | undefined;
  /** The classes to read, by their folders' names, in the order of their numbers. Default: all, in the order of their names. */
  readonly classNames?: readonly string[] | undefined;
  /**
   * What to do with files that cannot be read as pictures: refuse them, naming them (`"throw"`, default), or leave them out and list
   * them in `unreadable` (`"skip"`).
   */
  readonly onUnreadable?: OnUnreadable | undefined;
}

const directoryOptions: Readonly<Record<keyof ImagesFromDirectoryOptions, true>> = {
  height: true,
  width: true,
  labelMode: true,
  classNames: true,
  onUnreadable: true,
  ...imageOptionNames,
  ...subsetOptionNames,
};

/** Pictures of a folder with their labels. */
export interface DirectoryImages extends LoadedImages {
  /** What `labelMode` says, a row for each picture. */
  readonly labels: Tensor<"int32" | "float32">;
  /** The name of each class, by its number. */
  readonly classNames: readonly string[];
}

/**
 * Reads the pictures of a folder that has a folder for each class, however deep they lie in it, into memory. The order of the classes
 * and files, and the split, are those of Keras's `image_dataset_from_directory`; pictures are resized as there, and rounded to bytes.
 * WebP, AVIF and TIFF files are read as well. What does not fit in memory is for `directoryDataset`.
 *
 * @throws TrazoError naming the folder or file that cannot be read, or the option that is wrong
 * @example
 * ```ts
 * const options = { height: 96, width: 96, validationSplit: 0.2, seed: 1 } as const;
 * const train = await imagesFromDirectory("animals", { ...options, subset: "training" });
 * const validation = await imagesFromDirectory("animals", { ...options, subset: "validation" });
 * await model.fit(divide(train.images, 255), train.labels, {
 *   validationData: [divide(validation.images, 255), validation.labels],
 * });
 * console.log(train.classNames); // ["cats", "dogs"]
 * ```
 */
export async function imagesFromDirectory(
  directory: string | URL,
  options: ImagesFromDirectoryOptions & { readonly labelMode: null },
): Promise<LoadedImages>;
export async function imagesFromDirectory(
  directory: string | URL,
  options: ImagesFromDirectoryOptions & { readonly labelMode?: LabelMode | undefined },
): Promise<DirectoryImages>;
export async function imagesFromDirectory(
  directory: string | URL,
  options: ImagesFromDirectoryOptions,
): Promise<LoadedImages | DirectoryImages> {
  const { height, width, labelMode = "int", onUnreadable = "throw" } = options;
  const { form, files, labels, classNames, root } = await chooseFiles(
    directory,
    options,
    "imagesFromDirectory",
  );
  const { kept, ...loaded } = await loadImages(
    files.map((file) => ({ name: file, path: join(root, file) })),
    { height, width },
    form,
    onUnreadable,
  );
  if (!labelMode) return loaded;
  const keptLabels = kept.map((i) => labels[i] as number);
  return { ...loaded, labels: labelsIn(labelMode, keptLabels, classNames.length), classNames };
}

/** The files that the options choose, and how they are to be read. */
export interface ChosenFiles extends ImageFiles {
  readonly form: ImageForm;
  readonly root: string;
}

/** @throws TrazoError for wrong options, a folder that cannot be read, and where nothing is left */
export async function chooseFiles(
  directory: string | URL,
  options: ImagesFromDirectoryOptions,
  what: string,
): Promise<ChosenFiles> {
  requireKnownOptions(options, directoryOptions, what);
  const { height, width, labelMode = "int" } = options;
  requireSide(height, `${what}: height`);
  requireSide(width, `${what}: width`);
  const form = imageForm(options, what);
  const root = localPath(directory, "The path of a folder");
  const found = labelMode ? await listImageFiles(root, options.classNames) : await unlabeled(root, options);
  if (labelMode) requireLabelMode(labelMode, found.classNames, what);
  const chosen = Array.from(
    subsetIndices(found.files.length, options, what, labelMode ? found.labels : undefined),
  );
  if (found.files.length === 0) throw new TrazoError(`${what}: no pictures were found in ${root}.`);
  if (chosen.length === 0) throw emptySubset(found.files.length, options, what);
  return {
    form,
    root,
    classNames: found.classNames,
    files: chosen.map((i) => found.files[i] as string),
    labels: chosen.map((i) => found.labels[i] as number),
  };
}

async function unlabeled(root: string, { classNames }: ImagesFromDirectoryOptions): Promise<ImageFiles> {
  if (classNames) throw new TrazoError("Without labels (labelMode: null) there are no classNames.");
  return { files: await imagesBelow(root), labels: [], classNames: [] };
}
