import { platform } from "#platform";
import { type CustomObjects, requireCustomObjects } from "../formats/custom-objects.js";
import { deserializeModel } from "../formats/keras-config.js";
import { locateErrors } from "../keras-object.js";
import { requireKnownOptions } from "../known-options.js";
import { Engine } from "./engine.js";
import { requireModestModel } from "./run-cost.js";
import { Sequential, type SequentialOptions } from "./sequential.js";

/** Options of `loadModel`. */
export interface LoadOptions extends Omit<SequentialOptions, "name"> {
  /** Also read what the model was compiled with, and the optimizer's state. Default true. */
  readonly compile?: boolean | undefined;
  /** Classes of your own that the file may hold, made with `defineLayer`, `defineOptimizer`, …. Default none. */
  readonly customObjects?: CustomObjects | undefined;
}

const loadOptions = { compile: true, customObjects: true, seed: true, runtime: true } as const;

/**
 * Loads a whole model from a `.keras` file (Keras 3, or Keras 2.13 and later) or a legacy `.h5` file (Keras 2 or 3), Trazo's own
 * among them: ready to predict, and, when it was compiled, to evaluate and to train on where it stopped. The content tells
 * which kind of file it is, whatever its name. A name of a layer that Keras 3 would refuse, such as `block1/conv`, is read as
 * one that it takes, `block1_conv`.
 *
 * @throws TrazoError naming the file, and what in it is damaged or not supported
 * @example
 * ```ts
 * const best = await loadModel("best_model.keras", { seed: 1 });
 * ```
 */
export async function loadModel(file: string | URL, options: LoadOptions = {}): Promise<Sequential> {
  requireKnownOptions(options, loadOptions, "loadModel");
  const { compile = true, customObjects = {}, ...rest } = options;
  requireCustomObjects(customObjects);
  const path = platform.files.path(file, "loadModel: the path");
  // Loaded when a file is: most programs that import the library make their models.
  const { adopt, bytesOf, compilationOf, readOrExplain, requireNoState, restoredSlots, storedModel } =
    await import("./load.js");
  const bytes = await bytesOf(path);
  return readOrExplain(path, () => {
    const stored = storedModel(bytes, path);
    const { name, layers } = deserializeModel(stored.config, stored.kerasVersion, path, customObjects);
    const model = locateErrors(path, () => new Sequential(layers, { ...rest, name }));
    locateErrors(path, () => requireModestModel(model.definition.layers, bytes.length));
    adopt(model.definition, stored.weightsFor(model.definition));
    model.preparation = stored.preparation;
    const compiled = compile ? compilationOf(stored, customObjects) : undefined;
    if (compiled) {
      const slots = restoredSlots(model.definition, compiled, stored.optimizer, path);
      if (!slots) requireNoState(stored.optimizer, compiled.optimizer, path);
      model.restore((definition, runtime) => new Engine(definition, runtime, compiled, slots ?? []));
    }
    return model;
  });
}
