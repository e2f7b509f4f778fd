import { inWords, TrazoError } from "../../errors.js";
import type { Files } from "../../ports/files.js";
import { fetchBytes } from "./fetch-bytes.js";
import { indexedDb } from "./indexed-db.js";
import { hasOpfs, opfs } from "./opfs.js";

const database = /^indexeddb:\/\//i;
const address = /^[a-z][a-z0-9+.-]*:/i;

/**
 * Files by their paths in a page: plain paths lead to the origin private file system, `indexeddb://` to a database, and URLs are
 * fetched.
 */
export const webFiles: Files = {
  path(given, what) {
    if (given instanceof URL) return given.href;
    if (typeof given === "string" && given !== "") return given;
    throw new TrazoError(`${what} must be a path or a URL, but got ${inWords(given)}.`);
  },
  async read(path) {
    const name = String(path);
    if (database.test(name)) return await indexedDb().read(name.replace(database, ""));
    if (address.test(name)) return await fetchBytes(name);
    requireOpfs();
    return await opfs().read(name);
  },
  async write(path, bytes) {
    if (database.test(path)) return await indexedDb().write(path.replace(database, ""), bytes);
    if (address.test(path))
      throw new TrazoError(`Cannot write ${path}: a page writes nothing to such an address.`);
    requireOpfs();
    await opfs().write(path, bytes);
  },
  // It cannot be said at once. A file that is missing is noticed when it is read.
  exists: () => true,
  async openStateFolder(path) {
    const { openWebStateFolder } = await import("./state-folder.js");
    if (database.test(path)) {
      return await openWebStateFolder(indexedDb(), path.replace(database, ""), path);
    }
    if (address.test(path)) {
      throw new TrazoError(
        `backup: a page keeps no states at an address such as ${path}. Give a path, or "indexeddb://…".`,
      );
    }
    requireOpfs();
    return await openWebStateFolder(opfs(), path, path);
  },
};

function requireOpfs(): void {
  if (hasOpfs()) return;
  throw new TrazoError(
    "There is no file system for paths here: the origin private file system needs a page of a secure origin (https, localhost). Use " +
      "bytes (fromKeras(bytes), model.loadWeights(bytes), model.toKeras(), model.toOnnx(), parseIdx(bytes, name)), a path of a " +
      'database ("indexeddb://model.keras"), or, to read, a URL.',
  );
}
