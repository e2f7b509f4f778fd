import { loadModel } from "../formats/load.js";
import type { Runtime } from "../runtime/runtime.js";
import type { ImageClassifier } from "./classifier.js";
import { kerasClassifier } from "./keras-classifier.js";

export interface OpenClassifierOptions {
  /** What runs the graphs. Default: ONNX Runtime on the CPU. */
  readonly runtime?: Runtime | Promise<Runtime> | undefined;
}

/**
 * Opens a `.keras` or `.h5` model for classifying pictures.
 *
 * @throws TrazoError when the file cannot be read or its model does not take pictures
 */
export async function openClassifier(
  path: string,
  options: OpenClassifierOptions = {},
): Promise<ImageClassifier> {
  return kerasClassifier(await loadModel(path, options));
}
