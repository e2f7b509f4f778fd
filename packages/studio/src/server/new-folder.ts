import { mkdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes a folder that was not there: with this name, or with a number after it. Another studio may look for one in the same place at the same
 * moment.
 *
 * @param root made, too, where it is missing
 * @returns its path
 */
export function makeNewFolder(root: string, name: string): string {
  mkdirSync(root, { recursive: true });
  for (let count = 1; ; count++) {
    const folder = join(root, count === 1 ? name : `${name}-${count}`);
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}
