import { TrazoError } from "../../errors.js";
import type { FoundState, StateFolder, StateValue } from "../../ports/state-folder.js";
import { decodeState, encodeState } from "../../state/encoding.js";
import type { FileStore } from "./file-store.js";
import { lockName } from "./web-lock.js";

/** The two latest states take turns: a state goes only when the one after the next is written. */
const names = ["state.0.bin", "state.1.bin"] as const;

/** A state with its number among all that were saved. */
type Numbered = { readonly number: number; readonly state: StateValue };

/**
 * States of a run in a browser's storage, which no other page or worker of the origin may use meanwhile.
 *
 * @param store where the files are
 * @param folder within the store
 * @param path the folder as in messages
 * @throws TrazoError when another page or worker uses it
 */
export async function openWebStateFolder(
  store: FileStore,
  folder: string,
  path: string,
): Promise<StateFolder> {
  const release = await lockName(path);
  const files = names.map((name) => `${folder.replace(/\/+$/, "")}/${name}`);
  let latest = 0;
  return {
    path,
    async load() {
      const found = await stored(store, files);
      latest = found?.number ?? 0;
      return found && { state: found.state, warning: found.warning && `${path}: ${found.warning}` };
    },
    async save(state) {
      const next: Numbered = { number: latest + 1, state };
      await store.write(files[next.number % files.length] as string, await encodeState(next));
      latest = next.number;
    },
    // Whoever has the lock has it until it is released.
    requireNotTaken: async () => {},
    async clear() {
      for (const file of files) await store.remove(file);
      latest = 0;
    },
    release: async () => release(),
  };
}

/** The latest state that is whole. */
async function stored(
  store: FileStore,
  files: readonly string[],
): Promise<(Numbered & Pick<FoundState, "warning">) | undefined> {
  const there = new Set(await store.list());
  const existing = files.filter((file) => there.has(file.replace(/^\/+/, "")));
  const states = await Promise.all(existing.map(async (file) => decodeState(await store.read(file))));
  const whole = states.filter((state) => state !== undefined) as unknown as Numbered[];
  const [best] = whole.sort((a, b) => b.number - a.number);
  if (best) {
    const damaged = "one of the two states is damaged; resuming from the other one.";
    return { ...best, warning: whole.length < existing.length ? damaged : undefined };
  }
  if (existing.length === 0) return undefined;
  throw new TrazoError(
    `${existing.join(" and ")}: damaged, so that training cannot resume from there. Give another backupDir, or remove the folder.`,
  );
}
