import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { QueueError } from "../failures/index.js";
import { type FolderListing, isInside, type ListedFile, parseListing } from "./folder-listing.js";
import type { ObjectStore } from "./object-store.js";

export interface PutOptions {
  /** How far what the folder holds has come; nothing that had come further is replaced. Default 0. */
  readonly progress?: number | undefined;
  /** Whether a file stays where it is; it is given its path below the folder, with slashes. Default: locks and half-written files stay. */
  readonly ignores?: ((path: string) => boolean) | undefined;
}

/** A kept folder of which files are missing or damaged. */
export class DamagedFolder extends QueueError {}

/** Files that belong to a process of this machine, and none that are still being written. */
const ignoresOwn = (path: string): boolean => /(?:^|\/)(?:\.lock|\..*\.tmp$)/.test(path);

/**
 * Folders by name in a store of objects: of runs and of data sets, each named by its digest.
 *
 * The files are objects that are named by their content; the listing, which is written last, names them. So a folder is there whole or not at
 * all whenever a machine dies, putting one twice sends nothing twice, and what comes back is checked. What no listing names any more is removed.
 */
export class FolderStore {
  constructor(private readonly objects: ObjectStore) {}

  /** Of the objects, e.g. `s3://bucket/prefix`. */
  get name(): string {
    return this.objects.name;
  }

  /**
   * @param name e.g. `runs/0123456789abcdef`
   */
  async has(name: string): Promise<boolean> {
    return await this.objects.has(listingKey(name));
  }

  /** How far the kept folder had come; undefined when there is none. */
  async progressOf(name: string): Promise<number | undefined> {
    return (await this.listing(name))?.progress;
  }

  /**
   * Keeps a folder under a name.
   *
   * @returns false when one that has come further is kept already, which then stays
   * @throws TrazoError when the folder cannot be read or the store refuses
   */
  async put(name: string, folder: string, options: PutOptions = {}): Promise<boolean> {
    const { progress = 0, ignores = ignoresOwn } = options;
    const before = await this.listing(name);
    if (before && before.progress > progress) return false;
    const known = new Set(before?.files.map(({ sha256 }) => sha256));
    const files: ListedFile[] = [];
    for (const path of await filesIn(folder)) {
      if (ignores(path)) continue;
      const bytes = await readFile(join(folder, path));
      const sha256 = sha256Of(bytes);
      if (!known.has(sha256)) await this.objects.put(fileKey(name, sha256), bytes);
      known.add(sha256);
      files.push({ path, bytes: bytes.byteLength, sha256 });
    }
    const listing: FolderListing = { format: 1, progress, files };
    await this.objects.put(
      listingKey(name),
      new TextEncoder().encode(`${JSON.stringify(listing, null, 1)}\n`),
    );
    await this.removeUnlisted(name, before, listing);
    return true;
  }

  /**
   * Fetches a folder, in place of what is at `folder`. It appears whole or not at all.
   *
   * @returns how far it had come; undefined when none is kept under this name, and then nothing changes
   * @throws DamagedFolder when a file is missing or damaged in the store
   * @throws TrazoError when the folder cannot be written, or the store refuses
   */
  async get(name: string, folder: string): Promise<number | undefined> {
    for (let listing = await this.listing(name); listing; ) {
      try {
        await this.fetchAll(name, listing, folder);
        return listing.progress;
      } catch (error) {
        // Another machine may have replaced the folder meanwhile.
        const now = await this.listing(name);
        if (JSON.stringify(now) === JSON.stringify(listing)) throw error;
        listing = now;
      }
    }
    return undefined;
  }

  private async fetchAll(name: string, listing: FolderListing, folder: string): Promise<void> {
    const arriving = `${folder}.${process.pid}.${randomUUID().slice(0, 8)}.tmp`;
    try {
      await mkdir(arriving, { recursive: true });
      for (const file of listing.files) await this.fetch(name, file, join(arriving, ...file.path.split("/")));
      await rm(folder, { recursive: true, force: true });
      await rename(arriving, folder);
    } finally {
      await rm(arriving, { recursive: true, force: true });
    }
  }

  /** Frees connections. Safe to call twice. */
  close(): void {
    this.objects.close();
  }

  /** Files of an earlier listing that the present one does not name. Whoever may not remove objects leaves them. */
  private async removeUnlisted(
    name: string,
    before: FolderListing | undefined,
    { files }: FolderListing,
  ): Promise<void> {
    const present = new Set(files.map(({ sha256 }) => sha256));
    const old = new Set(before?.files.map(({ sha256 }) => sha256).filter((sha256) => !present.has(sha256)));
    for (const sha256 of old) await this.objects.remove(fileKey(name, sha256)).catch(() => undefined);
  }

  private async listing(name: string): Promise<FolderListing | undefined> {
    const key = listingKey(name);
    const bytes = await this.objects.get(key);
    return bytes && parseListing(bytes, `${this.name}: ${key}`);
  }

  private async fetch(
    name: string,
    { path, bytes: size, sha256 }: ListedFile,
    target: string,
  ): Promise<void> {
    const key = fileKey(name, sha256);
    const bytes = await this.objects.get(key);
    if (!bytes) {
      throw new DamagedFolder(({ fileMissing, fileOf }) => fileMissing(fileOf(this.name, path, name), key));
    }
    if (bytes.byteLength !== size || sha256Of(bytes) !== sha256) {
      throw new DamagedFolder(({ damaged, fileOf, otherContent }) =>
        damaged(fileOf(this.name, path, name), otherContent(sha256)),
      );
    }
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  }
}

const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const checked = (name: string): string => {
  if (isInside(name)) return name;
  throw new Error(`${JSON.stringify(name)} cannot be the name of a kept folder.`);
};
const listingKey = (name: string): string => `${checked(name)}/files.json`;
const fileKey = (name: string, sha256: string): string => `${checked(name)}/${sha256}`;

/** Paths below a folder, in order, with slashes. */
async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const below = (path: string): string => relative(folder, path).split(sep).join("/");
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => below(join(entry.parentPath, entry.name)))
      .sort();
  } catch (cause) {
    throw new QueueError(({ cannotRead }) => cannotRead(folder, (cause as Error).message), { cause });
  }
}
