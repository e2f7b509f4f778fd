import { QueueError, type Tell } from "../failures/index.js";

/** A file of a kept folder. */
export interface ListedFile {
  /** Below the folder, with slashes on every system. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a kept folder holds. It is written after all of its files, so that a folder is there whole or not at all. */
export interface FolderListing {
  readonly format: 1;
  /** How far what the folder holds had come: a listing replaces only those that had come less far, or as far. */
  readonly progress: number;
  readonly files: readonly ListedFile[];
}

/**
 * Reads a listing that may come from anyone who can write to the store.
 *
 * @throws TrazoError when it is damaged, or names a file outside of the folder
 */
export function parseListing(bytes: Uint8Array, where: string): FolderListing {
  const wrong = (why: Tell, options?: ErrorOptions): QueueError =>
    new QueueError((text) => text.damaged(where, why(text)), options);
  let listing: Partial<FolderListing>;
  try {
    listing = JSON.parse(new TextDecoder().decode(bytes)) as Partial<FolderListing>;
  } catch (cause) {
    throw wrong(({ noJson }) => noJson, { cause });
  }
  const { format, progress, files } = listing ?? {};
  if (format !== 1 || typeof progress !== "number" || !Array.isArray(files)) {
    throw wrong(({ noListing }) => noListing);
  }
  for (const file of files as Partial<ListedFile>[]) {
    const { path, bytes: size, sha256 } = file ?? {};
    if (typeof path !== "string" || !isInside(path))
      throw wrong(({ pathOutside }) => pathOutside(JSON.stringify(path)));
    if (!Number.isSafeInteger(size) || !/^[0-9a-f]{64}$/.test(String(sha256))) {
      throw wrong(({ sizeMissing }) => sizeMissing(path));
    }
  }
  return { format, progress, files };
}

/** Whether a path stays inside the folder that it is joined to, on every system. */
export const isInside = (path: string): boolean =>
  !/[\\:\0]/.test(path) && path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
