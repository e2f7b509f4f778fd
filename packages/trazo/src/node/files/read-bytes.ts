import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { TrazoError } from "../../errors.js";
import { localPath } from "./local-path.js";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is a file, not a folder",
  ENAMETOOLONG: "the name is too long",
  EACCES: "it may not be read (permission denied)",
};

/** Why a file cannot be read, in words. */
export const explainReadError = ({ code = "", message }: NodeJS.ErrnoException): string =>
  reasons[code] ?? message;

/** A file's bytes, for threads with nothing else to do meanwhile: several times as fast for small files. @throws TrazoError as `readBytes` */
export function readBytesNow(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new TrazoError(`Cannot read ${path}: ${explainReadError(cause as NodeJS.ErrnoException)}.`, {
      cause,
    });
  }
}

/** A file's bytes. @throws TrazoError naming the file when it cannot be read */
export async function readBytes(path: string | URL): Promise<Uint8Array> {
  const file = localPath(path, "The path of a file");
  try {
    return await readFile(file);
  } catch (cause) {
    throw new TrazoError(`Cannot read ${file}: ${explainReadError(cause as NodeJS.ErrnoException)}.`, {
      cause,
    });
  }
}
