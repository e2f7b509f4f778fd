import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, posix, relative, sep } from "node:path";
import { byCodePoints } from "../../data/code-points.js";
import { imageEndings } from "../../data/image-kind.js";
import { TrazoError } from "../../errors.js";
import { explainReadError } from "../files/read-bytes.js";

/** The pictures of a folder with a folder for each class. */
export interface ImageFiles {
  /** Paths below the folder, with forward slashes, class by class. */
  readonly files: readonly string[];
  /** The class of each file. */
  readonly labels: readonly number[];
  readonly classNames: readonly string[];
}

/**
 * Lists the pictures in the folders of a folder, however deep, in Keras's order: classes by the code points of their names, unless
 * `classNames` says which and in what order; within a class by folder, then by name. Files of other endings are not listed.
 *
 * @throws TrazoError when the folder cannot be read, has no folders, or not those of `classNames`
 */
export async function listImageFiles(
  directory: string,
  classNames: readonly string[] | undefined,
): Promise<ImageFiles> {
  const found = await folderNames(directory);
  if (found.length === 0) {
    throw new TrazoError(
      `${directory} has no folders: a folder for each class is expected, with its pictures, e.g. ${join(directory, "cats", "1.jpg")}.`,
    );
  }
  const missing = classNames?.find((name) => !found.includes(name));
  if (missing !== undefined) {
    throw new TrazoError(
      `classNames names "${missing}", but ${directory} has no such folder. Its folders: ${listed(found)}.`,
    );
  }
  const classes = classNames ?? found;
  const lists = await Promise.all(classes.map((name) => imagesBelow(join(directory, name))));
  return {
    files: lists.flatMap((list, i) => list.map((file) => posix.join(classes[i] as string, file))),
    labels: lists.flatMap((list, i) => list.map(() => i)),
    classNames: [...classes],
  };
}

/**
 * The pictures in a folder and the folders in it, in the same order. As in Keras, links to other folders are not followed: they might lead
 * to another class, or round in a circle.
 *
 * @throws TrazoError when the folder cannot be read
 */
export async function imagesBelow(directory: string): Promise<string[]> {
  const entries = await orExplain(directory, () =>
    readdir(directory, { recursive: true, withFileTypes: true }),
  );
  const images = entries.filter(({ name }) =>
    imageEndings.some((ending) => name.toLowerCase().endsWith(ending)),
  );
  const files = await Promise.all(images.map(isFile));
  return images
    .filter((_, i) => files[i])
    .map(({ name, parentPath }) => ({ name, folder: relative(directory, parentPath).split(sep).join("/") }))
    .sort((a, b) => byCodePoints(a.folder, b.folder) || byCodePoints(a.name, b.name))
    .map(({ name, folder }) => posix.join(folder, name));
}

async function folderNames(directory: string): Promise<string[]> {
  const names = (await orExplain(directory, () => readdir(directory))).filter(
    (name) => !name.startsWith("."),
  );
  // A link to a folder is one.
  const folders = await Promise.all(
    names.map(async (name) => (await stat(join(directory, name))).isDirectory()),
  );
  return names.filter((_, i) => folders[i]).sort(byCodePoints);
}

async function orExplain<T>(directory: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason =
      code === "ENOENT"
        ? "there is no such folder"
        : code === "ENOTDIR"
          ? "it is a file"
          : explainReadError(cause as Error);
    throw new TrazoError(`Cannot read the folder ${directory}: ${reason}.`, { cause });
  }
}

/** A link that leads nowhere counts: reading it will say so. A pipe or a device does not: reading it might never end. */
async function isFile(entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isFile();
  const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
  return found === undefined || found.isFile();
}

const listed = (names: readonly string[]): string =>
  names.length <= 10 ? names.join(", ") : `${names.slice(0, 10).join(", ")} and ${names.length - 10} more`;
