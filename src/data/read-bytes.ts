import { readFile } from "node:fs/promises";
import { TrazoError } from "../errors.js";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is a file, not a folder",
  ENAMETOOLONG: "the name is too long",
  EACCES: "it may not be read (permission denied)",
};

/** A file's bytes. @throws TrazoError naming the file when it cannot be read */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const { code = "", message } = cause as NodeJS.ErrnoException;
    throw new TrazoError(`Cannot read ${file}: ${reasons[code] ?? message}.`, { cause });
  }
}
