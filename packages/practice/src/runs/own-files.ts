import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { isState, stateFiles } from "trazo/node";
import { PracticeError } from "../failures/index.js";
import { runFiles } from "./run-files.js";

/** Whether a folder holds the saved state of a run. */
export const holdsState = (folder: string): boolean =>
  stateFiles.some((name) => beginsAsState(join(folder, runFiles.state, name)));

/**
 * Checks that a run may be written into a folder: it is empty of what a run writes, or a run has written it, as its settings
 * or its saved state tell.
 *
 * @throws TrazoError naming what would be lost
 */
export function requireOwnFolder(folder: string): void {
  if (holdsSettings(folder) || holdsState(folder)) return;
  const foreign = Object.values(runFiles).filter((name) => hasContent(join(folder, name)));
  if (foreign.length === 0) return;
  throw new PracticeError(({ foreignFiles }) => foreignFiles(folder, foreign.join(", ")));
}

/** Removes a run's files, and leaves whatever else lies in its folder. */
export async function removeRun(folder: string): Promise<void> {
  const { events, state, head, ...files } = runFiles;
  for (const name of Object.values(files)) await rm(join(folder, name), { force: true });
  await removeState(folder);
  await removeEvents(folder);
  if (!existsSync(join(folder, head))) return;
  await removeRun(join(folder, head));
  await rmdir(join(folder, head)).catch(() => undefined);
}

/** Removes the saved state of a run. */
export async function removeState(folder: string): Promise<void> {
  const state = join(folder, runFiles.state);
  await removeNamed(state, (name) => stateFiles.includes(name) || name.startsWith(".lock"));
}

/** Removes the curves of a run. */
export async function removeEvents(folder: string): Promise<void> {
  const events = join(folder, runFiles.events);
  for (const part of ["train", "validation"]) {
    await removeNamed(join(events, part), (name) => name.startsWith("events.out.tfevents."));
  }
  await rmdir(events).catch(() => undefined);
}

/** Removes what a run left that was killed while it wrote a file. No other process writes there: the folder is locked. */
export async function removeHalfWritten(folder: string): Promise<void> {
  const names = Object.values(runFiles);
  for (const entry of await readdir(folder)) {
    const [, name] = /^\.(.+)\.\d+\.[0-9a-f]{8}\.tmp$/.exec(entry) ?? [];
    if (names.some((own) => own === name)) await rm(join(folder, entry), { force: true });
  }
}

/** Removes some files of a folder, and the folder when nothing else is in it. */
async function removeNamed(folder: string, isOwn: (name: string) => boolean): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter(isOwn)) await rm(join(folder, name), { force: true });
  await rmdir(folder).catch(() => undefined);
}

/** Whether `config.json` is that of a run, and not of another program. */
function holdsSettings(folder: string): boolean {
  try {
    const config: unknown = JSON.parse(readFileSync(join(folder, runFiles.config), "utf8"));
    const { technique, seed, epochs, batchSize } = config as Record<string, unknown>;
    return typeof technique === "string" && [seed, epochs, batchSize].every(Number.isSafeInteger);
  } catch {
    return false;
  }
}

function hasContent(path: string): boolean {
  if (!existsSync(path)) return false;
  return statSync(path).isDirectory() ? readdirSync(path).length > 0 : true;
}

function beginsAsState(path: string): boolean {
  if (!existsSync(path)) return false;
  const head = new Uint8Array(32);
  const file = openSync(path, "r");
  try {
    return isState(head.subarray(0, readSync(file, head)));
  } finally {
    closeSync(file);
  }
}
