import { inWords, TrazoError } from "../errors.js";
import { type CustomObjects, requireCustomObjects } from "../formats/custom-objects.js";
import { readModel } from "../formats/read-model.js";
import { locateErrors } from "../keras-object.js";
import { requireKnownOptions } from "../known-options.js";
import type { Tensor } from "../tensor.js";
import { Engine } from "./engine.js";
import { Model } from "./model.js";
import type { ModelOptions } from "./model-options.js";
import type { Predictions } from "./predictions.js";
import { requireModestModel } from "./run-cost.js";
import { Sequential } from "./sequential.js";

/** Options of `loadModel` and `fromKeras`. */
export interface LoadOptions extends Omit<ModelOptions, "name" | "checkpoint"> {
  /** Also read what the model was compiled with, and the optimizer's state. Default true. */
  readonly compile?: boolean | undefined;
  /** Classes of your own that the file may hold, made with `defineLayer`, `defineOptimizer`, …. Default none. */
  readonly customObjects?: CustomObjects | undefined;
}

const loadOptions = { compile: true, customObjects: true, seed: true, runtime: true } as const;

/**
 * Opens a whole model from the bytes of a `.keras` file (Keras 3, or Keras 2.13 and later) or of a legacy `.h5` file (Keras 2 or 3):
 * what `toKeras` and `toH5` give, an upload, a download. It needs no file system; in Node, `loadModel` reads a file by its path.
 *
 * @typeParam P what `predict` gives, as in `loadModel`
 * @param bytes all of the file
 * @throws TrazoError saying what in it is damaged or not supported; CompilationError when only what the model was compiled with is
 *   not supported: `{ compile: false }` opens the model without it
 * @example
 * ```ts
 * const copy = await fromKeras(await model.toKeras());
 * const fetched = await fromKeras(new Uint8Array(await (await fetch("/model.keras")).arrayBuffer()), { compile: false });
 * ```
 */
export async function fromKeras<P extends Predictions = Tensor<"float32">>(
  bytes: Uint8Array,
  options: LoadOptions = {},
): Promise<Model<P>> {
  if (!(bytes instanceof Uint8Array)) {
    throw new TrazoError(
      `fromKeras: a model is opened from the bytes of its file, a Uint8Array, but got ${inWords(bytes)}. ` +
        "loadModel(path) opens a file.",
    );
  }
  requireLoadOptions(options, "fromKeras");
  return (await openModel(bytes, "fromKeras", options)) as Model<Predictions> as Model<P>;
}

/** @throws TrazoError for options that are unknown, and for classes that are none */
export function requireLoadOptions(options: LoadOptions, caller: string): void {
  requireKnownOptions(options, loadOptions, caller);
  requireCustomObjects(options.customObjects ?? {}, caller);
}

/** As `fromKeras`. @param name what messages call the bytes, such as the file's path */
export async function openModel(
  bytes: Uint8Array,
  name: string,
  { compile = true, customObjects = {}, ...rest }: LoadOptions,
): Promise<Model> {
  // Loaded when a file is: most programs that import the library make their models.
  const {
    adopt,
    compilationOf,
    readOrExplain,
    requireKerasBytes,
    requireNoState,
    restoredSlots,
    storedModel,
  } = await import("./decode-model.js");
  requireKerasBytes(bytes, name);
  return readOrExplain(name, () => {
    const stored = storedModel(bytes, name);
    const { kind, define } = readModel(stored.config, stored.kerasVersion, name, customObjects);
    const model = kind === "Sequential" ? new Sequential(define, rest) : new Model(define, rest);
    locateErrors(name, () => requireModestModel(model.definition, bytes.length));
    adopt(model.definition, stored.weightsFor(model.definition));
    model.preparation = stored.preparation;
    locateErrors(name, () => {
      model.classNames = stored.classNames;
    });
    const compiled = compile ? compilationOf(stored, model.definition, customObjects) : undefined;
    if (compiled) {
      const slots = restoredSlots(model.definition, compiled, stored.optimizer, name);
      if (!slots) requireNoState(stored.optimizer, compiled.optimizer, name);
      model.restore((definition, runtime) => new Engine(definition, runtime, compiled, slots ?? []));
    }
    return model;
  });
}
