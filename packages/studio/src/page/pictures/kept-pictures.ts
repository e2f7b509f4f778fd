import { get, set } from "idb-keyval";
import type { PictureSettings } from "../../protocol/pictures.js";

const key = "trazo-pictures";

/** Classes and their pictures as the browser keeps them, on this device alone. */
export interface KeptPictures {
  readonly classes: readonly {
    readonly name: string;
    readonly pictures: readonly { readonly blob: Blob; readonly key: string }[];
  }[];
  readonly settings: Omit<PictureSettings, "classes">;
}

/** Undefined where nothing is kept or the browser keeps nothing, as in private windows. */
export const keptPictures = (): Promise<KeptPictures | undefined> =>
  get<KeptPictures>(key).catch(() => undefined);

/** @returns whether there was room */
export const keepPictures = (pictures: KeptPictures): Promise<boolean> =>
  set(key, pictures).then(
    () => true,
    () => false,
  );
