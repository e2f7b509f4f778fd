import { type Json, type JsonObject, TrazoError } from "./errors.js";
import { isObject, parseKerasObject } from "./keras-object.js";
import type { AnyDefinition, Factory } from "./schema/define.js";

/** What an object of a user's own class says of itself, beside its options. */
export interface Registered {
  /** Keras's name for a class that is not its own: a package and the class, e.g. `Custom>ResidualBlock`. */
  readonly registeredName?: string | undefined;
}

/** A user's own class as `loadModel` takes it: what `defineLayer`, `defineLoss` or `defineMetric` gave. */
export interface CustomClass<T extends object> {
  readonly definition: AnyDefinition<T>;
  readonly registeredName: string;
}

/** Makes objects of a user's own class from options, and tells `loadModel` how to read them. */
export type CustomFactory<S, T extends object> = Factory<S, T> & CustomClass<T>;

/** The kinds of classes that a user may define, and with what. */
export const makers = { layers: "defineLayer", losses: "defineLoss", metrics: "defineMetric" } as const;

/** Gives a factory the name that it is called by in errors. Default: the class in camelCase. */
export function named<F extends Factory<never, object>>(factory: F, name?: string): F {
  const { className } = factory.definition;
  const camelCase = className.charAt(0).toLowerCase() + className.slice(1);
  return Object.defineProperty(factory, "name", { value: name ?? camelCase });
}

/** The name under which files have a class. */
export const registeredName = (className: string, packageName = "Custom"): string =>
  `${packageName}>${className}`;

/**
 * The user's own class that an object in a file has, if any. Keras writes the registered name as the class (Keras 2) or beside
 * it (Keras 3).
 *
 * @throws TrazoError where it is somebody's own class and not among those given
 */
export function ownClass<T extends object>(
  json: Json,
  own: readonly CustomClass<T>[] | undefined,
  kind: keyof typeof makers,
  where: string,
): AnyDefinition<T> | undefined {
  const { className } = parseKerasObject(json, where);
  const beside = isObject(json) ? json.registered_name : undefined;
  const name = typeof beside === "string" ? beside : className;
  const found = own?.find((one) => one.registeredName === name || one.definition.className === name);
  if (found || !name.includes(">")) return found?.definition;
  throw new TrazoError(
    `${where}: "${name}" is not a ${singular[kind]} of Keras's own. If you have defined it with ${makers[kind]}, pass it: ` +
      `loadModel(path, { customObjects: { ${kind}: [...] } }).`,
  );
}

const singular = { layers: "layer", losses: "loss", metrics: "metric" } as const;

/** Keras 3's entries of an object in place of those of Keras 2, for a user's own class; undefined for others. */
export function ownInKeras3(className: Json, config: JsonObject): JsonObject | undefined {
  if (typeof className !== "string" || !className.includes(">")) return undefined;
  const bare = className.slice(className.indexOf(">") + 1);
  return { module: null, class_name: bare, config, registered_name: className };
}
