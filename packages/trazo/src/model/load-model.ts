import { platform } from "#platform";
import type { Tensor } from "../tensor.js";
import { type LoadOptions, openModel, requireLoadOptions } from "./from-keras.js";
import type { Model } from "./model.js";
import type { Predictions } from "./predictions.js";

/**
 * Loads a whole model from a `.keras` file (Keras 3, or Keras 2.13 and later) or a legacy `.h5` file (Keras 2 or 3), Trazo's own
 * among them: ready to predict, and, when it was compiled, to evaluate and to train on where it stopped. The content tells
 * which kind of file it is, whatever its name. A name of a layer that Keras 3 would refuse, such as `block1/conv`, is read as
 * one that it takes, `block1_conv`.
 *
 * @typeParam P what `predict` gives: one tensor, and of a file that holds a model of several outputs a list, or an object by their
 *   names: `loadModel<readonly Tensor<"float32">[]>(path)`
 * @param file a path or `file:` URL; in a page a path in its own file system, `indexeddb://` and a path in its database, or a URL, which is
 *   fetched
 * @throws TrazoError naming the file, and what in it is damaged or not supported
 * @example
 * ```ts
 * const best = await loadModel("best_model.keras", { seed: 1 });
 * ```
 */
export async function loadModel<P extends Predictions = Tensor<"float32">>(
  file: string | URL,
  options: LoadOptions = {},
): Promise<Model<P>> {
  requireLoadOptions(options, "loadModel");
  const path = platform.files.path(file, "loadModel: the path");
  const model: Model<Predictions> = await openModel(await platform.files.read(path), path, options);
  return model as Model<P>;
}
