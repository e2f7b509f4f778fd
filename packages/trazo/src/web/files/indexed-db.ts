import { TrazoError } from "../../errors.js";
import type { FileStore } from "./file-store.js";

/** The parts of IndexedDB that are used (https://w3c.github.io/IndexedDB); Node's types do not have it. */
interface Request<T> {
  readonly result: T;
  readonly error: Error | null;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}

interface OpenRequest extends Request<Database> {
  onupgradeneeded: (() => void) | null;
}

interface Database {
  createObjectStore(name: string): void;
  transaction(name: string, mode: "readonly" | "readwrite"): Transaction;
  close(): void;
}

interface Transaction {
  readonly error: Error | null;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
  objectStore(name: string): ObjectStore;
}

interface ObjectStore {
  get(key: string): Request<unknown>;
  put(value: Uint8Array, key: string): Request<unknown>;
  delete(key: string): Request<unknown>;
  getAllKeys(): Request<string[]>;
}

interface Browser {
  readonly indexedDB?: { open(name: string, version: number): OpenRequest };
}

const storeName = "files";

/**
 * Files in an IndexedDB database, for browsers and pages that have no origin private file system (see `opfs`). Paths such as that
 * of `model.save("indexeddb://best.keras")` lead to the database `trazo`.
 *
 * @param database its name. Default `trazo`
 * @throws TrazoError when something is read or written where there is no IndexedDB
 * @example
 * ```ts
 * import { fromKeras, indexedDb } from "trazo/web";
 *
 * await indexedDb().write("best.keras", await model.toKeras());
 * const best = await fromKeras(await indexedDb().read("best.keras"));
 * ```
 */
export function indexedDb(database = "trazo"): FileStore {
  const within = async <T>(
    mode: "readonly" | "readwrite",
    ask: (store: ObjectStore) => Request<T>,
    what: string,
  ): Promise<T> => {
    const opened = await open(database);
    try {
      const transaction = opened.transaction(storeName, mode);
      const request = ask(transaction.objectStore(storeName));
      await committed(transaction, what);
      return request.result;
    } finally {
      opened.close();
    }
  };
  return {
    async read(path) {
      const found = await within("readonly", (store) => store.get(path), `Cannot read ${path}`);
      if (found instanceof Uint8Array) return found as Uint8Array<ArrayBuffer>;
      throw new TrazoError(`Cannot read ${path}: there is no such file in the database "${database}".`);
    },
    async write(path, bytes) {
      await within("readwrite", (store) => store.put(bytes, path), `Cannot write ${path}`);
    },
    async remove(path) {
      await within("readwrite", (store) => store.delete(path), `Cannot remove ${path}`);
    },
    list: async () =>
      (await within("readonly", (store) => store.getAllKeys(), "Cannot list the files")).sort(),
  };
}

async function open(database: string): Promise<Database> {
  const { indexedDB } = globalThis as unknown as Browser;
  if (!indexedDB) throw new TrazoError("There is no IndexedDB here.");
  const request = indexedDB.open(database, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(storeName);
  return await settled(request, `Cannot open the database "${database}"`);
}

/** Not before it is committed: a worker that ends after a request, but before that, takes back what the request did. */
const committed = (transaction: Transaction, what: string): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => {
      const { error } = transaction;
      reject(new TrazoError(`${what}: ${error?.message ?? "it was interrupted"}.`, { cause: error }));
    };
  });

const settled = <T>(request: Request<T>, what: string): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () =>
      reject(new TrazoError(`${what}: ${request.error?.message}.`, { cause: request.error }));
  });
