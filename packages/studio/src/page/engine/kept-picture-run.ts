import type { KeptPictureRun } from "../../lab/ports.js";
import { pictureSettingsIn } from "../../protocol/check.js";
import type { PictureRun } from "../../protocol/pictures.js";
import { ownFiles } from "./own-files.js";
import { packed, unpacked } from "./packed.js";

/** The last one takes the place of the one before. */
const file = "studio/pictures.network";

/** Keeps a network for pictures in the browser's own files, on this device alone. */
export async function keepPictureRun({ run, weights }: KeptPictureRun): Promise<void> {
  await ownFiles().write(file, packed({ run }, weights));
}

/** Undefined where none is kept, or what is kept is damaged. */
export async function keptPictureRun(): Promise<KeptPictureRun | undefined> {
  try {
    const { about, weights } = unpacked(await ownFiles().read(file));
    const run = about.run as PictureRun;
    return { run: { ...run, settings: pictureSettingsIn(run.settings) }, weights };
  } catch {
    return undefined;
  }
}
