import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Sequential } from "trazo";
import { writeFileAtomically } from "trazo/node";
import type { PictureRun } from "../protocol/pictures.js";

/**
 * Keeps a network for pictures in a folder of its own: as files that other programs read, with what is known of its training.
 *
 * @param root where the folders of runs go
 * @returns the folder
 */
export async function keepPictures(root: string, run: PictureRun, model: Sequential): Promise<string> {
  const folder = freeFolder(join(root, "pictures"));
  await mkdir(folder, { recursive: true });
  await writeFileAtomically(join(folder, "model.keras"), await model.toKeras());
  await writeFileAtomically(join(folder, "model.onnx"), model.toOnnx({ inputDtype: "uint8" }));
  await writeFileAtomically(join(folder, "pictures.json"), `${JSON.stringify(run, undefined, 2)}\n`);
  return folder;
}

function freeFolder(wanted: string): string {
  for (let count = 1; ; count++) {
    const folder = count === 1 ? wanted : `${wanted}-${count}`;
    if (!existsSync(folder)) return folder;
  }
}
