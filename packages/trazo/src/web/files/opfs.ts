import { TrazoError } from "../../errors.js";
import type { FileStore } from "./file-store.js";

/** The parts of the File System API that are used (https://fs.spec.whatwg.org); Node's types do not have it. */
interface Folder {
  readonly kind: "directory";
  getDirectoryHandle(name: string, options?: { readonly create: boolean }): Promise<Folder>;
  getFileHandle(name: string, options?: { readonly create: boolean }): Promise<StoredFile>;
  removeEntry(name: string): Promise<void>;
  entries(): AsyncIterable<[name: string, entry: Folder | StoredFile]>;
}

interface StoredFile {
  readonly kind: "file";
  getFile(): Promise<Blob>;
  /** Absent in older versions of Safari. */
  createWritable?(): Promise<{ write(bytes: Uint8Array): Promise<void>; close(): Promise<void> }>;
}

interface Browser {
  readonly navigator?: { readonly storage?: { getDirectory?(): Promise<Folder> } };
}

const database = 'use a path of a database ("indexeddb://model.keras"), or bytes';

/** Whether there is such a thing: in pages and workers of secure origins. */
export const hasOpfs = (): boolean =>
  typeof (globalThis as unknown as Browser).navigator?.storage?.getDirectory === "function";

/**
 * Files in the origin private file system, which a browser keeps for each origin. It is there in pages and workers of secure origins
 * (https, localhost); paths such as that of `model.save("runs/best.keras")` lead to it.
 *
 * @throws TrazoError when something is read or written where there is none
 * @example
 * ```ts
 * import { fromKeras, opfs } from "trazo/web";
 *
 * await opfs().write("models/best.keras", await model.toKeras());
 * const best = await fromKeras(await opfs().read("models/best.keras"));
 * ```
 */
export function opfs(): FileStore {
  return {
    async read(path) {
      const file = await opened(path, async (folder, name) => await folder.getFileHandle(name));
      return new Uint8Array(await (await file.getFile()).arrayBuffer());
    },
    async write(path, bytes) {
      const [folder, name] = await place(path, true);
      try {
        const file = await folder.getFileHandle(name, { create: true });
        if (!file.createWritable) throw new Error(`this browser cannot write such files; ${database}`);
        // What is written takes the file's place when it is closed.
        const writable = await file.createWritable();
        await writable.write(bytes);
        await writable.close();
      } catch (cause) {
        throw new TrazoError(`Cannot write ${path}: ${(cause as Error).message}.`, { cause });
      }
    },
    async remove(path) {
      try {
        const [folder, name] = await place(path, false);
        await folder.removeEntry(name);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },
    list: async () => (await filesIn(await root(), "")).sort(),
  };
}

async function root(): Promise<Folder> {
  const { storage } = (globalThis as unknown as Browser).navigator ?? {};
  if (!storage?.getDirectory) {
    throw new TrazoError(
      "There is no origin private file system here: it needs a page of a secure origin (https, localhost), and a browser that has one.",
    );
  }
  try {
    return await storage.getDirectory();
  } catch (cause) {
    throw new TrazoError(
      `The browser gives this page no file system, as in a private window (${(cause as Error).message}): ${database}.`,
      { cause },
    );
  }
}

/** The folder of a file, and its name there. */
async function place(path: string, create: boolean): Promise<[folder: Folder, name: string]> {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  const name = names.pop();
  if (name === undefined) throw new TrazoError(`"${path}" is not the path of a file.`);
  let folder = await root();
  for (const one of names) folder = await folder.getDirectoryHandle(one, { create });
  return [folder, name];
}

async function opened<T>(path: string, open: (folder: Folder, name: string) => Promise<T>): Promise<T> {
  try {
    return await open(...(await place(path, false)));
  } catch (cause) {
    if (cause instanceof TrazoError) throw cause;
    const reason = isMissing(cause) ? "there is no such file" : (cause as Error).message;
    throw new TrazoError(`Cannot read ${path}: ${reason}.`, { cause });
  }
}

const isMissing = (error: unknown): boolean => (error as Error).name === "NotFoundError";

async function filesIn(folder: Folder, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const [name, entry] of folder.entries()) {
    if (entry.kind === "file") found.push(`${prefix}${name}`);
    else found.push(...(await filesIn(entry, `${prefix}${name}/`)));
  }
  return found;
}
