import { type JsonObject, TrazoError } from "../errors.js";
import type { LayerBase } from "./layer.js";

/** Keras 3 neither writes nor reads whether these, which have no weights, are trainable. */
const withoutTrainable = new Set(["SpatialDropout2D"]);

/**
 * Refuses a layer that is of no defined class for files of whole models, which could not be read again.
 *
 * @throws TrazoError naming the layer, and what can be saved
 */
export function requireKerasLayer(layer: LayerBase, name: string): void {
  // What defines a class, the library's or a user's own, names it here. A copy under another name still has its original's.
  if (layer.floatKeys?.().has(layer.registeredName ?? layer.className)) return;
  throw new TrazoError(
    `Layer "${name}" is of a class of your own, ${layer.className}: a file of the whole model could be opened neither here ` +
      "nor in Keras. Define the class with defineLayer, which files can hold; or save the weights alone with model.saveWeights(path) (modelCheckpoint: saveWeightsOnly) and load " +
      "them into a model built the same way, or save an .onnx file to predict with.",
  );
}

/** A layer as Keras writes it: class name and configuration, under the name it has in its model. */
export function serializeLayer(layer: LayerBase, name: string, isTrained = layer.trainable): JsonObject {
  const trainable = withoutTrainable.has(layer.className) ? {} : { trainable: isTrained };
  const config = { name, ...trainable, dtype: "float32", ...layer.getConfig() };
  return { class_name: layer.registeredName ?? layer.className, config };
}
