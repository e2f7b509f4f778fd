import { isOnnxFile } from "../formats/file-kind.js";
import { loadModel } from "../formats/load.js";
import { localPath } from "../formats/local-path.js";
import { requireKnownOptions } from "../known-options.js";
import type { Runtime } from "../runtime/runtime.js";
import type { ImageClassifier } from "./classifier.js";
import { kerasClassifier } from "./keras-classifier.js";
import { loadOnnxClassifier } from "./onnx-classifier.js";

/** Options of `openClassifier`. */
export interface OpenClassifierOptions {
  /** What runs the graphs. Default: ONNX Runtime on the CPU. */
  readonly runtime?: Runtime | Promise<Runtime> | undefined;
}

/**
 * Opens a model for classifying pictures: a `.keras` or `.h5` file, or any `.onnx` file of a classifier.
 *
 * @throws TrazoError when the file cannot be read or its model does not take pictures
 */
export async function openClassifier(
  file: string | URL,
  options: OpenClassifierOptions = {},
): Promise<ImageClassifier> {
  requireKnownOptions(options, { runtime: true }, "openClassifier");
  const path = localPath(file, "openClassifier: the path");
  if (isOnnxFile(path)) return await loadOnnxClassifier(path, options);
  // What it was compiled with does not matter here, and may be something that is not supported.
  return await kerasClassifier(await loadModel(path, { ...options, compile: false }), path);
}
