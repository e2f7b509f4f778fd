import { type Json, type JsonObject, TrazoError } from "../errors.js";
import { locateErrors, parseKerasObject } from "../keras-object.js";
import { activationFromConfig } from "./activation.js";
import { batchNormalizationFromConfig } from "./batch-normalization.js";
import { ConfigReader } from "./config-reader.js";
import { conv2dFromConfig } from "./conv2d.js";
import { denseFromConfig } from "./dense.js";
import { dropoutFromConfig } from "./dropout.js";
import { flattenFromConfig } from "./flatten.js";
import { gaussianNoiseFromConfig } from "./gaussian-noise.js";
import { globalAveragePooling2dFromConfig } from "./global-average-pooling2d.js";
import { inputFromConfig } from "./input.js";
import type { Layer } from "./layer.js";
import { averagePooling2dFromConfig, maxPooling2dFromConfig } from "./pooling2d.js";
import { randomRotationFromConfig } from "./random-rotation.js";
import { randomTranslationFromConfig } from "./random-translation.js";
import { randomZoomFromConfig } from "./random-zoom.js";
import { reshapeFromConfig } from "./reshape.js";
import { spatialDropout2dFromConfig } from "./spatial-dropout2d.js";

/** Every layer that files may hold, by Keras's class name. */
const readers: Readonly<Record<string, (config: ConfigReader) => Layer>> = {
  InputLayer: inputFromConfig,
  Conv2D: conv2dFromConfig,
  AveragePooling2D: averagePooling2dFromConfig,
  MaxPooling2D: maxPooling2dFromConfig,
  GlobalAveragePooling2D: globalAveragePooling2dFromConfig,
  Flatten: flattenFromConfig,
  Reshape: reshapeFromConfig,
  Dense: denseFromConfig,
  Activation: activationFromConfig,
  Dropout: dropoutFromConfig,
  SpatialDropout2D: spatialDropout2dFromConfig,
  GaussianNoise: gaussianNoiseFromConfig,
  BatchNormalization: batchNormalizationFromConfig,
  RandomRotation: randomRotationFromConfig,
  RandomTranslation: randomTranslationFromConfig,
  RandomZoom: randomZoomFromConfig,
};

/**
 * Reads a layer from its Keras configuration.
 *
 * @param where the layer's place in the file, for errors, e.g. `best_model.h5: layer 3`
 * @throws TrazoError for a class or an option that is not supported
 */
export function deserializeLayer(json: Json, where: string): Layer {
  const { className, config } = parseKerasObject(json, where);
  const place = typeof config.name === "string" ? `${where} "${config.name}"` : where;
  const reader = Object.hasOwn(readers, className) ? readers[className] : undefined;
  if (!reader) {
    const known = Object.keys(readers).join(", ");
    throw new TrazoError(`${place}: layers of class ${className} are not supported. Supported: ${known}.`);
  }
  const options = new ConfigReader(config, place);
  const layer = locateErrors(place, () => reader(options));
  options.finish();
  return withTrainingOptions(layer, options.trainingOnlyOptions);
}

/** A layer that was read with options that matter in training only. */
function withTrainingOptions(layer: Layer, options: JsonObject): Layer {
  if (Object.keys(options).length === 0) return layer;
  return {
    ...layer,
    unsupportedInTraining: Object.entries(options)
      .map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
      .join(", "),
    getConfig: () => ({ ...layer.getConfig(), ...options }),
  };
}

/** Keras 3 neither writes nor reads whether these, which have no weights, are trainable. */
const withoutTrainable = new Set(["SpatialDropout2D"]);

/**
 * Refuses a layer of the user's own for files of whole models, which nobody could read again.
 *
 * @throws TrazoError naming the layer, and what can be saved
 */
export function requireKerasLayer(layer: Layer, name: string): void {
  if (Object.hasOwn(readers, layer.className)) return;
  throw new TrazoError(
    `Layer "${name}" is of a class of your own, ${layer.className}: a file of the whole model could be opened neither here ` +
      "nor in Keras. Save the weights alone with model.saveWeights(path) (modelCheckpoint: saveWeightsOnly) and load " +
      "them into a model built the same way, or save an .onnx file to predict with.",
  );
}

/** A layer as Keras writes it: class name and configuration, under the name it has in its model. */
export function serializeLayer(layer: Layer, name: string): JsonObject {
  const trainable = withoutTrainable.has(layer.className) ? {} : { trainable: layer.trainable };
  const config = { name, ...trainable, dtype: "float32", ...layer.getConfig() };
  return { class_name: layer.className, config };
}
