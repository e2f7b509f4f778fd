import { platform } from "#platform";
import { checkPreparation } from "../data/preparation.js";
import { TrazoError } from "../errors.js";
import { isOnnxFile } from "../formats/file-kind.js";
import { requireKnownOptions } from "../known-options.js";
import { loadModel } from "../model/load-model.js";
import type { ImageClassifier } from "./classifier.js";
import { kerasClassifier } from "./keras-classifier.js";
import type { OpenClassifierOptions } from "./open-options.js";

export type { OpenClassifierOptions };

const openClassifierOptions = { runtime: true, preparation: true, output: true, classes: true } as const;

/**
 * Opens a model for classifying pictures: a `.keras` or `.h5` file, or any `.onnx` file of a classifier.
 *
 * @throws TrazoError when the file cannot be read or its model does not take pictures
 * @example
 * ```ts
 * const classifier = await openClassifier("digits.onnx", { preparation: { divisor: 255 } });
 * const picture = await readDigitImage("seven.png");
 * ```
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
  if (isOnnxFile(path)) {
    const { loadOnnxClassifier } = await import("./onnx-classifier.js");
    return await loadOnnxClassifier(path, { ...options, preparation });
  }
  if (options.output !== undefined) {
    throw new TrazoError(`${path}: output names an output of an ONNX file; a Keras model has one only.`);
  }
  // What it was compiled with does not matter here, and may be something that is not supported.
  const model = await loadModel(path, { runtime: options.runtime, compile: false });
  return await kerasClassifier(model, path, { preparation });
}
