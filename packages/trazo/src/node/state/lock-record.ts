import { open } from "node:fs/promises";
import type { Owner } from "./owner.js";

/** What a lock file holds. */
export interface LockRecord {
  /** Undefined when the text makes no sense: it is being written, or a crash cut it off. */
  readonly owner: Owner | undefined;
  /** Names this holding and no other. */
  readonly id: string;
  /** Changes with every heartbeat. */
  readonly pulse: string;
  /** The longest time between two heartbeats so far, in milliseconds. */
  readonly longestGap: number;
}

/** The text of a lock. It has the same length at every heartbeat, so that it can be written over in place. */
export function recordText(owner: Owner, beat: number, longestGap: number): string {
  const digits = (value: number): string =>
    String(Math.min(Math.round(value), 9_999_999_999)).padStart(10, "0");
  return `${JSON.stringify({ ...owner, beat: digits(beat), longestGap: digits(longestGap) })}\n`;
}

/** The lock in a file; undefined when there is none. */
export async function readRecord(path: string): Promise<LockRecord | undefined> {
  // Reopened each time: that is when a network file system asks its server.
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (!file) return undefined;
  try {
    const { ino, mtimeNs } = await file.stat({ bigint: true });
    const text = await file.readFile("utf8");
    const fields = fieldsIn(text);
    const owner = ownerIn(fields);
    const gap = Number(fields.longestGap ?? 0);
    return {
      owner,
      id: owner?.token ?? `damaged-${ino}-${mtimeNs}`,
      pulse: `${mtimeNs} ${text}`,
      longestGap: Number.isFinite(gap) && gap > 0 ? gap : 0,
    };
  } finally {
    await file.close();
  }
}

/**
 * Writes over the lock in `path`, if it still is this owner's: in the very file whose token was read, whatever may be put in
 * its place meanwhile.
 *
 * @returns whether it still was
 */
export async function writeOver(path: string, token: string, text: string): Promise<boolean> {
  const file = await open(path, "r+").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (!file) return false;
  try {
    if (ownerIn(fieldsIn(await file.readFile("utf8")))?.token !== token) return false;
    await file.write(text, 0, "utf8");
    return true;
  } finally {
    await file.close();
  }
}

function fieldsIn(text: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The token becomes part of a file's name. */
const tokenPattern = /^[\w-]{1,100}$/;

function ownerIn({ pid, host, table, began, token }: Record<string, unknown>): Owner | undefined {
  if (!Number.isSafeInteger(pid) || (pid as number) < 1 || typeof host !== "string") return undefined;
  if (typeof token !== "string" || !tokenPattern.test(token)) return undefined;
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  return { pid: pid as number, host, table: text(table), began: text(began), token };
}
