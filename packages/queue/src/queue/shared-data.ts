import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { QueueError } from "../failures/index.js";
import type { FolderStore } from "../store/folder-store.js";
import { keptData } from "./run-payload.js";

/** Where a machine has a data set that came by its digest: beside its runs. */
export const dataFolder = (runs: string, digest: string): string => join(runs, ".data", digest);

export interface SharedPlace {
  /** The folder of runs. */
  readonly runs: string;
  /** Absent: all machines share the folder of runs. */
  readonly store: FolderStore | undefined;
}

/** Puts a data set where every worker finds it: into the store, or beside the runs of a folder that all share. Once is enough. */
export async function shareData(source: string, digest: string, { runs, store }: SharedPlace): Promise<void> {
  if (!store)
    return await arrive(dataFolder(runs, digest), (arriving) => cp(source, arriving, { recursive: true }));
  if (!(await store.has(keptData(digest)))) await store.put(keptData(digest), source);
}

/** Puts the file of a network where every worker finds it, in a folder of its own. */
export async function shareFile(file: string, digest: string, place: SharedPlace): Promise<void> {
  const { runs, store } = place;
  const folder = dataFolder(runs, digest);
  await arrive(folder, (arriving) => cp(file, networkIn(arriving, file)));
  if (store && !(await store.has(keptData(digest)))) await store.put(keptData(digest), folder);
}

/** The file of a network in its folder: only its ending is its own. */
export const networkIn = (folder: string, file: string): string => join(folder, `network${extname(file)}`);

/** Makes a folder that is there whole or not at all. */
async function arrive(target: string, write: (arriving: string) => Promise<void>): Promise<void> {
  if (existsSync(target)) return;
  const arriving = `${target}.${process.pid}.${randomUUID().slice(0, 8)}.tmp`;
  await mkdir(dirname(target), { recursive: true });
  try {
    await write(arriving);
    await rename(arriving, target).catch((error: NodeJS.ErrnoException) => {
      // Another sweep has put the same there meanwhile.
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(arriving, { recursive: true, force: true });
  }
}

/**
 * The folder of a data set that was shared.
 *
 * @throws TrazoError when it is not there
 */
export async function fetchData(digest: string, { runs, store }: SharedPlace): Promise<string> {
  const folder = dataFolder(runs, digest);
  if (existsSync(folder)) return folder;
  if (store && (await store.get(keptData(digest), folder)) !== undefined) return folder;
  throw new QueueError(({ filesNotInStore, filesNotShared }) =>
    store ? filesNotInStore(store.name, digest) : filesNotShared(folder, runs),
  );
}
