import { copyFile, mkdir, readdir } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { stateFiles } from "trazo/node";

const [latestState = "", ...otherStates] = stateFiles;

/**
 * Copies a run while it is trained, so that the copy can be resumed. The saved state comes first: what a run has written after its state it
 * writes again when it resumes there, with the same bytes, but what it had written before must not be missing.
 *
 * @returns whether there is a saved state to resume from; without one nothing is copied
 */
export async function copyRun(folder: string, copy: string): Promise<boolean> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !isOfProcess(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const states = files.filter((path) => basename(path) === latestState);
  if (states.length === 0) return false;
  for (const path of new Set([...states, ...files])) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await copyFile(join(folder, path), join(copy, path));
  }
  return true;
}

/** Of the process that is at work: its lock, half-written files, and the states beside the latest. */
const isOfProcess = (name: string): boolean =>
  name.startsWith(".lock") || /^\..*\.tmp$/.test(name) || otherStates.includes(name);
