import { type Json, type JsonObject, TrazoError } from "./errors.js";

/** An object as Keras writes it into a configuration: which class, and with which arguments. */
export interface KerasObject {
  readonly className: string;
  readonly config: JsonObject;
}

/**
 * Reads the ways in which Keras writes an object: a bare name, `{class_name, config}` (up to 2.12), or
 * `{module, class_name, config, registered_name}` (2.13 and 3).
 *
 * @param where names the place in error messages, e.g. `layer conv2d, kernel_initializer`
 * @throws TrazoError for anything else
 */
export function parseKerasObject(json: Json, where: string): KerasObject {
  if (typeof json === "string") return { className: json, config: {} };
  if (!isObject(json) || typeof json.class_name !== "string") {
    throw new TrazoError(
      `${where}: expected a name or an object with "class_name" and "config", but found ${JSON.stringify(json)}.`,
    );
  }
  const config = json.config ?? {};
  if (!isObject(config)) {
    throw new TrazoError(
      `${where}: the "config" of ${json.class_name} must be an object, but is ${JSON.stringify(config)}.`,
    );
  }
  return { className: json.class_name, config };
}

/**
 * The name by which a class of the user's own is registered: Keras writes it as the class (Keras 2), or as `registered_name` next to the
 * class (Keras 3).
 */
export function registeredName(json: Json, className: string): string {
  const name = isObject(json) ? json.registered_name : undefined;
  return typeof name === "string" ? name : className;
}

/**
 * Runs `make` and puts `where` before the message of a TrazoError that it throws.
 *
 * @example
 * ```ts
 * locateErrors("settings.json", () => optimizers.adam({ learningRate: Number("0.01") }));
 * ```
 */
export function locateErrors<T>(where: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof TrazoError) || error.message.startsWith(where)) throw error;
    throw new TrazoError(`${where}: ${error.message}`, { cause: error });
  }
}

export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
