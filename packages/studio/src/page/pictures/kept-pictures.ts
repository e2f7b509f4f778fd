import { get, set } from "idb-keyval";
import type { PictureSettings } from "../../protocol/pictures.js";

const key = "trazo-pictures";
const sentKey = "trazo-pictures-sent";

/** Classes and their pictures as the browser keeps them, on this device alone. */
export interface KeptPictures {
  readonly classes: readonly {
    readonly name: string;
    readonly pictures: readonly { readonly blob: Blob; readonly key: string }[];
  }[];
  readonly settings: Omit<PictureSettings, "classes">;
}

/** What the pictures of a training are called, and which they are, by their keys. */
export interface KeptSent {
  readonly mark: string;
  readonly keys: readonly string[];
}

/** Undefined where nothing is kept or the browser keeps nothing, as in private windows. */
export const keptPictures = (): Promise<KeptPictures | undefined> =>
  get<KeptPictures>(key).catch(() => undefined);

export const keptSent = (): Promise<KeptSent | undefined> => get<KeptSent>(sentKey).catch(() => undefined);

/** @returns whether there was room */
export const keepPictures = (pictures: KeptPictures): Promise<boolean> => kept(key, pictures);

/** Without room for it, it is known until the page is closed. */
export const keepSent = (sent: KeptSent): Promise<boolean> => kept(sentKey, sent);

/** Pages of the same origin share what is kept. */
const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(key);

async function kept(where: string, what: unknown): Promise<boolean> {
  try {
    await set(where, what);
  } catch {
    return false;
  }
  channel?.postMessage(null);
  return true;
}

/** Has another page's changes told. */
export function onKeptElsewhere(listener: () => void): void {
  channel?.addEventListener("message", listener);
}
