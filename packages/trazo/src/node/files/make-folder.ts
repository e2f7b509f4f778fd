import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder and the ones above it that are missing, one by one: where a system says ENOENT below a folder that exists,
 * as Linux does under /proc, Node's own recursive `mkdir` tries again for ever.
 *
 * @throws the file system's error for the first one that cannot be made
 */
export function makeFolder(path: string): void {
  for (const folder of missingFolders(resolve(path))) {
    try {
      mkdirSync(folder);
    } catch (error) {
      // Another process may have made it meanwhile.
      if (!isFolder(folder)) throw error;
    }
  }
}

/** The outermost one first. */
function missingFolders(path: string): string[] {
  const parent = dirname(path);
  if (parent === path || isFolder(path)) return [];
  return [...missingFolders(parent), path];
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
