import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { TrazoError } from "../../errors.js";
import { makeFolder } from "./make-folder.js";

/**
 * Writes a file so that a reader, or a crash at any moment, finds either the old content or the
 * new one: a temporary file next to it, fsync, rename, fsync of the folder. Makes the folder.
 *
 * @throws TrazoError when the folder cannot be written or the disk is full; the old file stays.
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${process.pid}.${crypto.randomUUID().slice(0, 8)}.tmp`);
  try {
    makeFolder(folder);
    await writeNewFile(temporary, bytes);
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new TrazoError(
      `${path} could not be written: ${explainFileError(cause as NodeJS.ErrnoException)}.`,
      {
        cause,
      },
    );
  }
}

/** Writes a file that must not exist yet, and waits until it is on the disk. */
export async function writeNewFile(path: string, bytes: Uint8Array | string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the rename itself durable. Some systems cannot open a folder; there it is left to them. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** A file system's error in words. */
export function explainFileError({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "ENOSPC":
      return "the disk is full";
    case "EDQUOT":
      return "the disk quota is used up";
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "the folder is not writable";
    case "ENOENT":
      return "a folder of its path does not exist and cannot be made";
    case "ENAMETOOLONG":
      return "the name is too long";
    case "ENOTDIR":
    case "EEXIST":
      return "a part of the path is a file, not a folder";
    case "EISDIR":
    case "ENOTEMPTY":
      return "it is a folder";
    default:
      return message;
  }
}
