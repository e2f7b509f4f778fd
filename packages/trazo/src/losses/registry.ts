import { type Json, type JsonObject, TrazoError } from "../errors.js";
import { parseKerasObject } from "../keras-object.js";
import { hasMethod } from "../known-options.js";
import type { OwnClasses } from "../schema/own-classes.js";
import { Registry } from "../schema/registry.js";
import * as builtIn from "./built-in.js";
import type { Loss } from "./loss.js";

/** Names by which a loss can be asked for. */
export type LossName = keyof typeof builtIn;

/** Every loss that files may hold and names may mean. */
export const losses = new Registry<Loss>("loss", Object.values(builtIn), { own: "losses" });

/** A loss by its name (Trazo's or Keras's), or the loss itself. @throws TrazoError for an unknown name, and for what is neither */
export const lossFrom = (spec: LossName | Loss | (string & {})): Loss =>
  losses.from(spec, "loss", (value) => hasMethod(value, "targetShape"), "losses.categoricalCrossentropy()");

/**
 * Reads a loss from a Keras training configuration: a name, or an object with options.
 *
 * @param own a user's own classes
 * @throws TrazoError for a class or an option that is not supported
 */
export function deserializeLoss(json: Json, where: string, own?: OwnClasses): Loss {
  const { className, config } = parseKerasObject(json, where);
  const definition = losses.ownClass(json, where, own);
  const place = `${where} ${className}`;
  return definition
    ? definition.fromConfig(computing(config, place), place, own)
    : losses.read(className, computing(config, place), where);
}

/** What of a loss's configuration says how it is computed: without its name, and how Keras adds up a batch. */
function computing({ name, reduction, fn, ...config }: JsonObject, where: string): JsonObject {
  if ([undefined, null, "auto", "sum_over_batch_size"].includes(reduction as string)) return config;
  throw new TrazoError(`${where}: reduction = ${JSON.stringify(reduction)} is not supported.`);
}

/** A loss as Keras writes it: its name alone when all options have their defaults, as far as those are known. */
export function serializeLoss(loss: Loss): Json {
  const config = loss.getConfig();
  if (!loss.registeredName && hasDefaults(loss, config)) return loss.kerasName;
  return {
    class_name: loss.registeredName ?? loss.className,
    config: { name: loss.kerasName, reduction: "sum_over_batch_size", ...config },
  };
}

/** A loss of the user's own may have options of any kind: only one without any is its name alone. */
function hasDefaults({ kerasName }: Loss, config: JsonObject): boolean {
  const defaults = losses.has(kerasName) ? losses.read(kerasName, {}, "loss").getConfig() : {};
  const keys = new Set([...Object.keys(config), ...Object.keys(defaults)]);
  return [...keys].every((key) => JSON.stringify(config[key]) === JSON.stringify(defaults[key]));
}
