import { platform } from "#platform";
import { TrazoError } from "../errors.js";
import { hasEnding, isHdf5File, isKerasFile, isOnnxFile, isWeightsFile } from "../formats/file-kind.js";
import { encodeH5, encodeKeras, encodeWeights, requireEncodable } from "./encode-model.js";
import type { OnnxOptions } from "./export-graph.js";
import type { ModelParts } from "./model-parts.js";

/**
 * Writes the whole model: as Keras 3's archive to a path that ends in `.keras`, as the legacy HDF5 file to one that ends in `.h5` or
 * `.hdf5`. A path that ends in `.onnx` gets what predicts, and no more.
 *
 * @throws TrazoError for a path of another ending, and when the file cannot be written
 */
export async function saveModel(model: ModelParts, path: string): Promise<void> {
  requireSavable(model, path);
  if (isOnnxFile(path)) await saveOnnx(model, path);
  else await platform.files.write(path, await (isHdf5File(path) ? encodeH5(model) : encodeKeras(model)));
}

/**
 * Refuses a whole model that could not be saved to such a file, before it is trained for hours.
 *
 * @throws TrazoError as `saveModel`, as far as that does not depend on the disk
 */
export function requireSavable(model: ModelParts, path: string): void {
  if (isOnnxFile(path)) return;
  if (!isKerasFile(path) || isWeightsFile(path)) refuseEnding(path);
  requireEncodable(model, hasEnding(path, ".keras") ? "keras" : "h5");
}

function refuseEnding(path: string): never {
  const advice = isWeightsFile(path) ? " For weights alone there is model.saveWeights(path)." : "";
  throw new TrazoError(
    `A whole model is saved as a .keras, .h5 or .onnx file, but the path is "${path}".${advice}`,
  );
}

/**
 * Writes the weights alone, with the optimizer's state once it has one.
 *
 * @throws TrazoError for a path that does not end in `.weights.h5`, and when the file cannot be written
 */
export async function saveWeights(model: ModelParts, path: string): Promise<void> {
  if (!isWeightsFile(path)) {
    throw new TrazoError(`Weights alone are saved as a .weights.h5 file, but the path is "${path}".`);
  }
  await platform.files.write(path, await encodeWeights(model));
}

/**
 * Writes the model in inference mode as an ONNX file.
 *
 * @throws TrazoError for a path that does not end in `.onnx`, and when the file cannot be written
 */
export async function saveOnnx(model: ModelParts, path: string, options: OnnxOptions = {}): Promise<void> {
  if (!isOnnxFile(path)) {
    throw new TrazoError(`An ONNX file's path ends in .onnx, but this one is "${path}".`);
  }
  await platform.files.write(path, model.toOnnx(options));
}
