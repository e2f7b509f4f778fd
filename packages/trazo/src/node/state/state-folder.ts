import { rmdir } from "node:fs/promises";
import type { StateFolder } from "../../ports/state-folder.js";
import { lockFolder } from "./lock.js";
import { StateStore } from "./store.js";

/**
 * Locks a folder of states.
 *
 * @param print told when another process's lock is taken over
 * @throws TrazoError when another process uses it
 */
export async function openStateFolder(path: string, print: (text: string) => void): Promise<StateFolder> {
  const lock = await lockFolder(path, { print });
  const store = new StateStore(path);
  let cleared = false;
  return {
    path,
    load: () => store.load(),
    async save(state) {
      await lock.requireNotTaken();
      await store.save(state);
      // After saving, so that nothing learned is lost where the folder was removed and created again.
      await lock.requireHeld();
    },
    requireNotTaken: () => lock.requireNotTaken(),
    async clear() {
      await store.clear();
      cleared = true;
    },
    async release() {
      await lock.release();
      // Unless something else is in it.
      if (cleared) await rmdir(path).catch(() => undefined);
    },
  };
}
