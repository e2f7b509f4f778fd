import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { TrazoError } from "../errors.js";
import { explainFileError } from "../formats/atomic-file.js";
import { makeFolder } from "../formats/make-folder.js";

const lockName = ".lock";

/** Who holds a folder. A number of a process alone would not do: it is given again after a death. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in the kernel's own ticks since boot, where they can be known. */
  readonly began: string | undefined;
  readonly token: string;
}

/** A folder held by this process alone. */
export interface FolderLock {
  /** @throws TrazoError when the folder, or the lock in it, has gone */
  requireHeld(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes a folder for this process, making it when needed. No clock is asked: a dead process's lock is known by the process
 * being gone.
 *
 * @throws TrazoError when a living process, or one on another machine, holds it
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, lockName);
  const owner = await thisProcess();
  const own = join(folder, `${lockName}.${owner.token}`);
  try {
    makeFolder(folder);
    await writeFile(own, JSON.stringify(owner));
    while (!(await linked(own, path))) await removeDead(path, folder, owner);
  } catch (cause) {
    if (cause instanceof TrazoError) throw cause;
    throw new TrazoError(`${folder} cannot be used: ${explainFileError(cause as NodeJS.ErrnoException)}.`, {
      cause,
    });
  } finally {
    await rm(own, { force: true }).catch(() => undefined);
  }
  const isHeld = async (): Promise<boolean> => (await readOwner(path))?.token === owner.token;
  return {
    async requireHeld() {
      if (await isHeld()) return;
      throw new TrazoError(
        `${folder} was removed, or taken by another process, while this one was training in it.`,
      );
    },
    async release() {
      if (await isHeld()) await rm(path, { force: true });
    },
  };
}

/** Whether `path` now is the file `own`; false when it exists already. */
async function linked(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
  }
  // File systems without hard links.
  try {
    await writeFile(path, await readFile(own), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** @throws TrazoError when the lock's owner may be alive */
async function removeDead(path: string, folder: string, self: Owner): Promise<void> {
  const owner = await readOwner(path);
  if (owner && (await mayLive(owner, self))) {
    const where = owner.host === self.host ? "" : ` on ${owner.host}`;
    throw new TrazoError(
      `${folder} is in use by process ${owner.pid}${where}. Wait for it, stop it, or give another folder` +
        `${where === "" ? "." : `; if it is gone, remove ${path}.`}`,
    );
  }
  // Another process may do the same at this moment: only one can move the dead lock away.
  const aside = `${path}.${self.token}.dead`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = await readOwner(aside);
  if (moved && moved.token !== owner?.token) await linked(aside, path);
  await rm(aside, { force: true });
}

async function mayLive(owner: Owner, self: Owner): Promise<boolean> {
  if (owner.host !== self.host) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const began = await beganAt(owner.pid);
  return began === undefined || owner.began === undefined || began === owner.began;
}

async function thisProcess(): Promise<Owner> {
  const { pid } = process;
  return { pid, host: hostname(), began: await beganAt(pid), token: crypto.randomUUID() };
}

/** The 22nd field of Linux's `/proc/<pid>/stat`; the second one, a name, may hold anything. */
async function beganAt(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

/** Undefined when there is no lock, or one that a death left half-written. */
async function readOwner(path: string): Promise<Owner | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Owner);
  } catch {
    return undefined;
  }
}
