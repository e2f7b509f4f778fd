import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { loadModel, type Runtime, type Sequential } from "trazo";
import { writeFileAtomically } from "trazo/node";
import type { KeptPictureRun } from "../lab/ports.js";
import { pictureSettingsIn } from "../protocol/check.js";
import type { PictureRun } from "../protocol/pictures.js";
import { makeNewFolder } from "./new-folder.js";

const modelFile = "model.keras";
/** Written last: a folder without it is not whole. */
const recordFile = "pictures.json";
/** Folders of networks for pictures: the first, and those that came later. */
const isFolder = (name: string): boolean => /^pictures(-\d+)?$/.test(name);

/**
 * Keeps a network for pictures in a folder of its own: as files that other programs read, with what is known of its training.
 *
 * @param root where the folders of runs go
 * @returns the folder; undefined for a training that was stopped, which is not kept
 * @throws an error when there is no room for it, or it may not be written
 */
export async function keepPictures(
  root: string,
  run: PictureRun,
  model: Sequential,
): Promise<string | undefined> {
  if (run.status !== "done") return undefined;
  const folder = makeNewFolder(root, "pictures");
  try {
    await writeFileAtomically(join(folder, modelFile), await model.toKeras());
    await writeFileAtomically(join(folder, "model.onnx"), model.toOnnx({ inputDtype: "uint8" }));
    await writeFileAtomically(join(folder, recordFile), `${JSON.stringify(run, undefined, 2)}\n`);
    return folder;
  } catch (error) {
    // Half of it would only take room.
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The network for pictures that was kept last; undefined where there is none that can be read. */
export async function keptPictures(root: string, runtime: Runtime): Promise<KeptPictureRun | undefined> {
  try {
    const [folder] = readdirSync(root)
      .filter((name) => isFolder(name) && existsSync(join(root, name, recordFile)))
      .map((name) => join(root, name))
      .sort((a, b) => writtenAt(b) - writtenAt(a));
    if (folder === undefined) return undefined;
    const run = JSON.parse(readFileSync(join(folder, recordFile), "utf8")) as PictureRun;
    const model = await loadModel(join(folder, modelFile), { runtime });
    const weights = model.getWeights();
    await model.dispose();
    return { run: { ...run, settings: pictureSettingsIn(run.settings), folder }, weights };
  } catch {
    return undefined;
  }
}

const writtenAt = (folder: string): number => statSync(join(folder, recordFile)).mtimeMs;
