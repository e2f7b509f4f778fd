import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type ImageFiles, listImageFiles } from "trazo/node";
import { PracticeError } from "../failures/index.js";

/** What a picture is for, where the folders say so. */
export type Part = "train" | "validation" | "test";

/** Names by which folders say what their pictures are for. */
const partNames: Readonly<Record<string, Part>> = {
  train: "train",
  training: "train",
  val: "validation",
  valid: "validation",
  validation: "validation",
  test: "test",
  testing: "test",
};

/** A picture's place. */
export interface PlacedFile {
  /** Below the folder, with forward slashes. */
  readonly file: string;
  readonly class: number;
  /** Undefined where the folders do not say. */
  readonly part: Part | undefined;
}

/** The pictures of a folder and what its folders say of them. */
export interface Layout {
  readonly directory: string;
  readonly classNames: readonly string[];
  readonly files: readonly PlacedFile[];
  /** Whether the folders say which pictures are for training. */
  readonly hasParts: boolean;
}

/**
 * Finds the pictures of a folder with a folder for each class, or with folders `train`, `test` and perhaps `validation` that have these.
 *
 * @throws TrazoError when it cannot be read, has no classes, or its parts have different ones
 */
export async function layoutOf(directory: string): Promise<Layout> {
  const parts = await partFolders(directory);
  if (parts.length === 0) {
    const { classNames, files, labels } = await listImageFiles(directory, undefined);
    requirePictures(files.length, directory);
    return {
      directory,
      classNames,
      hasParts: false,
      files: placed({ classNames, files, labels }, undefined, ""),
    };
  }
  const lists = await Promise.all(
    parts.map(async ({ name, part }) => ({
      name,
      part,
      found: await listImageFiles(join(directory, name), undefined),
    })),
  );
  const training = lists.find(({ part }) => part === "train") as (typeof lists)[number];
  const { classNames } = training.found;
  for (const { name, found } of lists)
    requireKnownClasses(found, classNames, join(directory, name), training.name);
  const files = lists.flatMap(({ name, part, found }) =>
    placed(inOrderOf(found, classNames), part, `${name}/`),
  );
  requirePictures(files.length, directory);
  return { directory, classNames, hasParts: true, files };
}

/** The folders that say so; none unless one of them is for training and another is not. */
async function partFolders(directory: string): Promise<{ name: string; part: Part }[]> {
  const names = await readdir(directory).catch(() => []);
  const parts = names.flatMap((name) => {
    const part = partNames[name.toLowerCase()];
    return part ? [{ name, part }] : [];
  });
  const folders = await Promise.all(
    parts.map(async ({ name }) => (await stat(join(directory, name))).isDirectory()),
  );
  const found = parts.filter((_, i) => folders[i]);
  const kinds = new Set(found.map(({ part }) => part));
  return kinds.has("train") && kinds.size > 1 ? found : [];
}

function placed({ files, labels }: ImageFiles, part: Part | undefined, below: string): PlacedFile[] {
  return files.map((file, i) => ({ file: `${below}${file}`, class: labels[i] as number, part }));
}

/** A class that only the training has keeps its number. */
const inOrderOf = (found: ImageFiles, classNames: readonly string[]): ImageFiles => ({
  ...found,
  labels: found.labels.map((label) => classNames.indexOf(found.classNames[label] as string)),
});

function requireKnownClasses(
  { classNames }: ImageFiles,
  known: readonly string[],
  folder: string,
  training: string,
): void {
  const strange = classNames.find((name) => !known.includes(name));
  if (strange === undefined) return;
  throw new PracticeError(({ unknownClassFolder }) => unknownClassFolder(folder, strange, training));
}

function requirePictures(count: number, directory: string): void {
  if (count === 0) throw new PracticeError(({ noPictures }) => noPictures(directory));
}
