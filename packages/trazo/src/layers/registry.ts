import { type Json, TrazoError } from "../errors.js";
import { parseKerasObject } from "../keras-object.js";
import type { OwnClasses } from "../schema/own-classes.js";
import { Registry } from "../schema/registry.js";
import * as builtIn from "./built-in.js";
import { inputLayer } from "./input.js";
import type { AnyLayer } from "./layer.js";

/** Every layer that files may hold. */
export const layers = new Registry<AnyLayer>("layer", [inputLayer, ...Object.values(builtIn)], {
  own: "layers",
});

/**
 * Reads a layer from its Keras configuration.
 *
 * @param where the layer's place in the file, for errors, e.g. `best_model.h5: layer 3`
 * @param own a user's own classes
 * @throws TrazoError for a class or an option that is not supported
 */
export function deserializeAnyLayer(json: Json, where: string, own?: OwnClasses): AnyLayer {
  const { className, config } = asNow(parseKerasObject(json, where));
  const place = typeof config.name === "string" ? `${where} "${config.name}"` : where;
  const definition = layers.ownClass(json, where, own);
  if (definition) return definition.fromConfig(config, place, own);
  if (isKerasLayer(className)) return layers.read(className, config, place, own);
  throw new TrazoError(
    `${place}: layers of class ${className} are not supported. Supported: ${layers.classNames.join(", ")}.`,
  );
}

/** Keras 3 has Keras 2's ThresholdedReLU as an option of another layer. */
function asNow(object: ReturnType<typeof parseKerasObject>): ReturnType<typeof parseKerasObject> {
  if (object.className !== "ThresholdedReLU") return object;
  const { theta, ...config } = object.config;
  return { className: "ReLU", config: { ...config, threshold: theta ?? 1 } };
}

const isKerasLayer = (className: string): boolean => layers.classNames.includes(className);
