import { existsSync } from "node:fs";
import { copyFile, link, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { TrazoError } from "../../errors.js";
import type { FoundState, StateValue } from "../../ports/state-folder.js";
import { decodeState, encodeState, isIntact } from "../../state/encoding.js";
import { explainFileError, syncFolder, writeNewFile } from "../files/atomic-file.js";
import { makeFolder } from "../files/make-folder.js";

const latestName = "state.bin";
const previousName = "state.previous.bin";
const temporaryName = "state.new.bin";

/** The names of all files that a store writes. */
export const stateFiles: readonly string[] = [latestName, previousName, temporaryName];

/** The two latest states of a run, in a folder. The older one goes only once the newer one has been read back. */
export class StateStore {
  readonly folder: string;
  /** Undefined until it was looked at. */
  #latestIsWhole: boolean | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Writes a state: to a temporary file, flushed to the disk and read back, which then takes the latest one's name. At any
   * moment a reader finds a whole state.
   *
   * @throws TrazoError when it cannot be written, e.g. on a full disk; the states before stay
   */
  async save(state: StateValue): Promise<void> {
    const [temporary] = this.#paths();
    try {
      makeFolder(this.folder);
      await rm(temporary, { force: true });
      await writeNewFile(temporary, await encodeState(state));
      if (!(await isIntact(await readFile(temporary)))) {
        throw new TrazoError("what was read back is not what was written; the disk may be failing");
      }
      await this.#take(temporary);
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw new TrazoError(
        `The training state could not be saved in ${this.folder}: ${explainFileError(cause as NodeJS.ErrnoException)}. ` +
          "What was saved before is still there.",
        { cause },
      );
    }
  }

  /**
   * The latest state that is whole; undefined when there is none. One that was written but had not yet taken the latest one's
   * name when its process was killed takes it now.
   *
   * @throws TrazoError when there are states but all are damaged
   */
  async load(): Promise<FoundState | undefined> {
    const [temporary, latest, previous] = this.#paths();
    const cutOff = await readState(temporary);
    if (cutOff?.state !== undefined) {
      await this.#take(temporary).catch((cause: unknown) => refuse(temporary, "used", cause));
      return { state: cutOff.state, warning: undefined };
    }
    const newest = await readState(latest);
    this.#latestIsWhole = newest?.state !== undefined;
    if (newest?.state !== undefined) return { state: newest.state, warning: undefined };
    const older = await readState(previous);
    if (older?.state !== undefined) {
      const what = newest ? "is damaged" : "is missing";
      return { state: older.state, warning: `${latest} ${what}; resuming from the state saved before it.` };
    }
    if (!newest && !older) return undefined;
    throw new TrazoError(
      `${latest}${older ? ` and ${previous} are` : " is"} damaged: training cannot resume from there. ` +
        "Remove them, or start over with --fresh (in code: another backupDir).",
    );
  }

  /** Removes all states. */
  async clear(): Promise<void> {
    for (const path of this.#paths()) await rm(path, { force: true });
    this.#latestIsWhole = false;
  }

  /** A whole state in a file of another name becomes the latest one; the one before stays only if it is whole itself. */
  async #take(temporary: string): Promise<void> {
    const [, latest, previous] = this.#paths();
    this.#latestIsWhole ??= (await readState(latest))?.state !== undefined;
    if (this.#latestIsWhole) await keepAs(latest, previous);
    await rename(temporary, latest);
    await syncFolder(this.folder);
    this.#latestIsWhole = true;
  }

  #paths(): [temporary: string, latest: string, previous: string] {
    const path = (name: string): string => join(this.folder, name);
    return [path(temporaryName), path(latestName), path(previousName)];
  }
}

/** Gives a file a second name, which it keeps when the first one goes to another file. */
async function keepAs(path: string, name: string): Promise<void> {
  // The folder may have been removed and created again.
  if (!existsSync(path)) return;
  await rm(name, { force: true });
  try {
    await link(path, name);
  } catch {
    // File systems without hard links.
    await copyFile(path, name);
    const copy = await open(name, "r+");
    await copy.sync();
    await copy.close();
  }
}

/** Undefined: there is no such file. */
async function readState(path: string): Promise<{ state: StateValue | undefined } | undefined> {
  try {
    return { state: await decodeState(await readFile(path)) };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    return refuse(path, "read", cause);
  }
}

function refuse(path: string, what: string, cause: unknown): never {
  throw new TrazoError(`${path} cannot be ${what}: ${explainFileError(cause as NodeJS.ErrnoException)}.`, {
    cause,
  });
}
