import { readFile } from "node:fs/promises";
import { TrazoError } from "../errors.js";

/** A file's bytes. @throws TrazoError naming the file when it cannot be read */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === "ENOENT"
        ? "there is no such file"
        : code === "EISDIR"
          ? "it is a folder"
          : code === "EACCES"
            ? "it may not be read (permission denied)"
            : code === "ENAMETOOLONG"
              ? "its name is too long"
              : (error as Error).message;
    throw new TrazoError(`Cannot read ${file}: ${why}.`, { cause: error });
  }
}
