import { platform } from "#platform";
import { checkPreparation, type Preparation } from "../data/preparation.js";
import { TrazoError } from "../errors.js";
import { isOnnxFile } from "../formats/file-kind.js";
import { requireKnownOptions } from "../known-options.js";
import { loadModel } from "../model/load.js";
import type { Runtime } from "../runtime/runtime.js";
import type { ImageClassifier } from "./classifier.js";
import { kerasClassifier } from "./keras-classifier.js";
import { loadOnnxClassifier } from "./onnx-classifier.js";

/** Options of `openClassifier`. */
export interface OpenClassifierOptions {
  /** What runs the graphs. Default: ONNX Runtime on the CPU. */
  readonly runtime?: Runtime | Promise<Runtime> | undefined;
  /**
   * How pictures are prepared for the model, e.g. `{ divisor: 1 }` for one that takes pixels from 0 to 255. Default: what the file
   * says, else what is usual, which `notes` and `pictureNotes` tell.
   */
  readonly preparation?: Partial<Preparation> | undefined;
  /** Which output of an ONNX file tells the classes. Default: the one that can, see `classes`. */
  readonly output?: string | undefined;
  /** How many classes there are, where an ONNX file has several outputs that could tell them. */
  readonly classes?: number | undefined;
}

const openClassifierOptions = { runtime: true, preparation: true, output: true, classes: true } as const;

/**
 * Opens a model for classifying pictures: a `.keras` or `.h5` file, or any `.onnx` file of a classifier.
 *
 * @throws TrazoError when the file cannot be read or its model does not take pictures
 */
export async function openClassifier(
  file: string | URL,
  options: OpenClassifierOptions = {},
): Promise<ImageClassifier> {
  requireKnownOptions(options, openClassifierOptions, "openClassifier");
  const path = platform.files.path(file, "openClassifier: the path");
  const preparation =
    options.preparation &&
    checkPreparation(options.preparation, (reason) => {
      throw new TrazoError(`openClassifier: the option preparation is not valid: ${reason}.`);
    });
  if (isOnnxFile(path)) return await loadOnnxClassifier(path, { ...options, preparation });
  if (options.output !== undefined) {
    throw new TrazoError(`${path}: output names an output of an ONNX file; a Keras model has one only.`);
  }
  // What it was compiled with does not matter here, and may be something that is not supported.
  const model = await loadModel(path, { runtime: options.runtime, compile: false });
  return await kerasClassifier(model, path, { preparation });
}
