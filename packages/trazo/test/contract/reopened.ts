import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadModel, type Model } from "../../src/index.js";

/** The kinds of files that hold a whole model. */
export const endings = [".keras", ".h5"] as const;

let count = 0;

/** A model as it is after it was saved and opened again. */
export async function reopened(
  model: Model,
  ending: (typeof endings)[number],
  options: Parameters<typeof loadModel>[1] = {},
): Promise<Model> {
  const path = join(tmpdir(), `trazo-contract-${process.pid}-${count++}${ending}`);
  try {
    await model.save(path);
    return await loadModel(path, options);
  } finally {
    await rm(path, { force: true });
  }
}
