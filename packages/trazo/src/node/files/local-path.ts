import { fileURLToPath } from "node:url";
import { inWords, TrazoError } from "../../errors.js";

/**
 * The path of a file or folder that is given as a path, or as a `file:` URL: an object, or a string as tfjs takes it,
 * `file:///tmp/model.h5`.
 *
 * @param what names the value in errors
 * @throws TrazoError for anything else, and for a URL that is not a local file's
 */
export function localPath(path: string | URL, what: string): string {
  if (typeof path === "string" && !/^file:/i.test(path)) {
    if (path !== "") return path;
    throw new TrazoError(`${what} must be a path, but is empty.`);
  }
  if (typeof path !== "string" && !(path instanceof URL)) {
    throw new TrazoError(`${what} must be a path or a file: URL, but got ${inWords(path)}.`);
  }
  try {
    return fileURLToPath(path);
  } catch (cause) {
    throw new TrazoError(`${what} must be a path or a file: URL on this machine, but got ${String(path)}.`, {
      cause,
    });
  }
}
