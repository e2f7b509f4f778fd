import { platform } from "#platform";
import { type LoadOptions, openModel, requireLoadOptions } from "./from-keras.js";
import type { Model } from "./model.js";

/**
 * Loads a whole model from a `.keras` file (Keras 3, or Keras 2.13 and later) or a legacy `.h5` file (Keras 2 or 3), Trazo's own
 * among them: ready to predict, and, when it was compiled, to evaluate and to train on where it stopped. The content tells
 * which kind of file it is, whatever its name. A name of a layer that Keras 3 would refuse, such as `block1/conv`, is read as
 * one that it takes, `block1_conv`.
 *
 * @param file a path or `file:` URL
 * @throws TrazoError naming the file, and what in it is damaged or not supported
 * @example
 * ```ts
 * const best = await loadModel("best_model.keras", { seed: 1 });
 * ```
 */
export async function loadModel(file: string | URL, options: LoadOptions = {}): Promise<Model> {
  requireLoadOptions(options, "loadModel");
  const path = platform.files.path(file, "loadModel: the path");
  return await openModel(await platform.files.read(path), path, options);
}
