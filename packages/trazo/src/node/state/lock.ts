import { link, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TrazoError } from "../../errors.js";
import { explainFileError } from "../files/atomic-file.js";
import { makeFolder } from "../files/make-folder.js";
import { startHeartbeat } from "./heartbeat.js";
import { type LockRecord, readRecord, recordText } from "./lock-record.js";
import { fateOf, type Owner, thisProcess } from "./owner.js";

const lockName = ".lock";

/** An owner that cannot be looked up counts as dead when its lock has not changed for this many milliseconds. */
const leaseMs = 15_000;
/** A lock that makes no sense is still being written, or was cut off by a crash. */
const writingMs = 2000;
const pollMs = 250;
/** A process that waits for a folder writes no file of more than this age. */
const leftoverMs = 3_600_000;

/** Another living process holds the folder. It may be free later. */
export class FolderInUseError extends TrazoError {
  override name = "FolderInUseError";
}

/** A folder held by this process alone. */
export interface FolderLock {
  /** The dead owner whose lock was taken over; undefined when the folder was free. */
  readonly predecessor: Owner | undefined;
  /** @throws TrazoError when the folder, or the lock in it, has gone */
  requireHeld(): Promise<void>;
  /** @throws TrazoError when another process has taken the folder. One that was removed is fine: it can be created again. */
  requireNotTaken(): Promise<void>;
  release(): Promise<void>;
}

export interface LockOptions {
  /** Told when it takes a while to find out whether an owner still lives. Default: no one is told. */
  readonly print?: ((text: string) => void) | undefined;
  /** An owner that is known to be dead. */
  readonly dead?: Owner | undefined;
}

/**
 * Takes a folder for this process, making it when needed.
 *
 * Whether an earlier owner lives is looked up in the process table where both belong to the same one. Else its lock is
 * watched: a living owner writes to it every two seconds. Only what changes counts, measured by this process's own clock, so
 * that it does not matter whether the clocks of two machines agree.
 *
 * A dead owner's lock is taken over by the process that first makes the file `.lock.after-<its token>`. That name is never used for
 * another owner, so of any number of processes one succeeds, however long the others took to find the owner dead. Then the
 * new lock takes the old one's name.
 *
 * @throws FolderInUseError when a living process holds it
 * @throws TrazoError when it cannot be written to
 */
export async function lockFolder(folder: string, options: LockOptions = {}): Promise<FolderLock> {
  const self = await thisProcess();
  try {
    const predecessor = await take(folder, self, options);
    await removeLeftovers(folder, self).catch(() => undefined);
    return await heldLock(folder, self, predecessor);
  } catch (cause) {
    if (cause instanceof TrazoError) throw cause;
    throw new TrazoError(`${folder} cannot be used: ${explainFileError(cause as NodeJS.ErrnoException)}.`, {
      cause,
    });
  } finally {
    await rm(ownPath(folder, self), { force: true }).catch(() => undefined);
  }
}

const rootPath = (folder: string): string => join(folder, lockName);
const ownPath = (folder: string, { token }: Owner): string => join(folder, `${lockName}.${token}`);
const successorPath = (folder: string, id: string): string => join(folder, `${lockName}.after-${id}`);

/** @returns the dead owner whose lock was taken over, if any */
async function take(folder: string, self: Owner, options: LockOptions): Promise<Owner | undefined> {
  const own = ownPath(folder, self);
  for (;;) {
    await writeOwn(own, folder, self);
    if (await linked(own, rootPath(folder), self)) return undefined;
    const last = (await readChain(folder)).at(-1);
    if (!last) continue;
    await requireDead(last, folder, self, options);
    const claim = successorPath(folder, last.record.id);
    if (!(await linked(own, claim, self))) continue;
    const chain = await readChain(folder);
    if (chain.length < 2 || chain.at(-1)?.record.id !== self.token) {
      // Another process had taken over, and its lock already has the old one's name.
      await rm(claim, { force: true });
      continue;
    }
    await rename(own, rootPath(folder));
    for (const { path } of chain.slice(1)) await rm(path, { force: true });
    return last.record.owner;
  }
}

/** A process that has finished may remove its empty folder just after this one has made it. */
async function writeOwn(own: string, folder: string, self: Owner): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    makeFolder(folder);
    try {
      return await writeFile(own, recordText(self, 0, 0));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || attempt === 10) throw error;
    }
  }
}

interface Link {
  readonly path: string;
  readonly record: LockRecord;
}

/** The lock, the one that is taking it over if there is one, and so on: the last one counts. */
async function readChain(folder: string): Promise<Link[]> {
  const chain: Link[] = [];
  let path = rootPath(folder);
  for (;;) {
    const record = await readRecord(path);
    if (!record || chain.some(({ record: { id } }) => id === record.id)) return chain;
    chain.push({ path, record });
    path = successorPath(folder, record.id);
  }
}

/** Whether `path` now is this owner's file `own`; false when it is another's. */
async function linked(own: string, path: string, self: Owner): Promise<boolean> {
  // A network may lose the answer and ask again: then the file exists, and is ours.
  const isOurs = async (): Promise<boolean> => (await readRecord(path))?.id === self.token;
  try {
    await link(own, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return await isOurs();
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
  }
  // File systems without hard links.
  try {
    await writeFile(path, await readFile(own), { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return await isOurs();
}

/** @throws FolderInUseError when the lock's owner lives */
async function requireDead(last: Link, folder: string, self: Owner, options: LockOptions): Promise<void> {
  const { owner } = last.record;
  if (owner && options.dead && isSameProcess(owner, options.dead)) return;
  const fate = owner ? await fateOf(owner, self) : "unknown";
  if (fate === "dead" || (fate === "unknown" && !(await showsLife(last, folder, options)))) return;
  const who = owner ? `process ${owner.pid}` : "another process";
  const where = owner && owner.host !== self.host ? ` on ${owner.host}` : "";
  throw new FolderInUseError(
    `${folder} is in use by ${who}${where}. Wait for it, stop it, or give another folder.`,
  );
}

const isSameProcess = (a: Owner, b: Owner): boolean =>
  a.table !== undefined && a.table === b.table && a.host === b.host && a.pid === b.pid && a.began === b.began;

/** Watches a lock for as long as its owner may take to write to it. */
async function showsLife({ path, record }: Link, folder: string, { print }: LockOptions): Promise<boolean> {
  const { owner, pulse, longestGap } = record;
  const patience = owner ? Math.max(leaseMs, 3 * longestGap) : writingMs;
  if (owner) {
    const seconds = Math.ceil(patience / 1000);
    print?.(
      `${folder} was last used by process ${owner.pid} on ${owner.host}. ` +
        `Waiting up to ${seconds} seconds to see whether it is still running.\n`,
    );
  }
  const began = performance.now();
  while (performance.now() - began < patience) {
    await sleep(pollMs);
    const now = await readRecord(path);
    // Released, or taken over: the next attempt finds out.
    if (now?.id !== record.id) return false;
    if (now.pulse !== pulse) return true;
  }
  return false;
}

async function heldLock(folder: string, self: Owner, predecessor: Owner | undefined): Promise<FolderLock> {
  const root = rootPath(folder);
  const stopHeartbeat = startHeartbeat(root, self);
  // Kept open so that its number is not given to a folder that is made in its place. Some systems cannot open folders.
  const opened = await open(folder, "r").catch(() => undefined);
  const currentId = async (): Promise<string | undefined> => {
    try {
      return (await readRecord(root))?.id;
    } catch (cause) {
      throw new TrazoError(`${root} cannot be read: ${(cause as Error).message}.`, { cause });
    }
  };
  const isRemoved = async (): Promise<boolean> => {
    const now = await stat(folder, { bigint: true }).catch(() => undefined);
    const before = await opened?.stat({ bigint: true }).catch(() => undefined);
    return now === undefined || before === undefined || now.ino !== before.ino || now.dev !== before.dev;
  };
  const lost = async (): Promise<TrazoError> => {
    // Where it was removed, the system says so.
    const cause = await stat(root).then(
      () => undefined,
      (error: Error) => error,
    );
    const message = `${folder} was removed, or taken by another process, while this one was training in it.`;
    return new TrazoError(message, { cause });
  };
  return {
    predecessor,
    async requireHeld() {
      if ((await currentId()) !== self.token) throw await lost();
    },
    async requireNotTaken() {
      const id = await currentId();
      if (id === self.token) return;
      if (id !== undefined || !(await isRemoved())) throw await lost();
    },
    async release() {
      stopHeartbeat();
      await opened?.close();
      // Nothing is lost where it stays: this process will be found dead.
      const id = await currentId().catch(() => undefined);
      if (id === self.token) await rm(root, { force: true }).catch(() => undefined);
    },
  };
}

/** What processes left that were killed while they took the folder. */
async function removeLeftovers(folder: string, self: Owner): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${lockName}.`));
  if (names.length === 0) return;
  // By the file system's clock, which may not be this machine's.
  const { mtimeMs: now } = await stat(rootPath(folder));
  for (const name of names) {
    const path = join(folder, name);
    const owner = (await readRecord(path).catch(() => undefined))?.owner;
    if (owner?.token === self.token) continue;
    const isDead = owner !== undefined && (await fateOf(owner, self)) === "dead";
    const age = now - ((await stat(path).catch(() => undefined))?.mtimeMs ?? now);
    if (isDead || age > leftoverMs) await rm(path, { force: true }).catch(() => undefined);
  }
}
