import type { Json, JsonObject } from "../errors.js";

/** Keras 3's entries of an object in place of those of Keras 2, for a user's own class; undefined for others. */
export function ownInKeras3(className: Json, config: JsonObject): JsonObject | undefined {
  if (typeof className !== "string" || !className.includes(">")) return undefined;
  const bare = className.slice(className.indexOf(">") + 1);
  return { module: null, class_name: bare, config, registered_name: className };
}
