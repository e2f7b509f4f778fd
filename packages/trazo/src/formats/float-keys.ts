import { constraints } from "../constraints/registry.js";
import { initializers } from "../initializers/registry.js";
import { layers } from "../layers/registry.js";
import { losses } from "../losses/registry.js";
import { metrics } from "../metrics/registry.js";
import { optimizerRegistry } from "../optimizers/registry.js";
import { regularizers } from "../regularizers/registry.js";
import { schedules } from "../schedules/registry.js";
import { type Configured, type FloatKeys, mergeFloatKeys } from "../schema/define.js";

/** Every class of Keras's own that is supported. */
const keras: FloatKeys = mergeFloatKeys(
  [layers, losses, metrics, optimizerRegistry, schedules, initializers, regularizers, constraints].map(
    ({ floatKeys }) => floatKeys,
  ),
);

/** Entries that some class has as floats: what is known of those of classes that are not supported. */
const ofAnyClass: ReadonlySet<string> = new Set([...keras.values()].flatMap((keys) => [...keys]));

/** The entries of a class's configurations that Python has as floats, whatever their value. */
export type FloatKeysOf = (className?: string) => ReadonlySet<string>;

/**
 * The float entries of all classes in a file: those of Keras's own classes, and of a user's own ones among the objects that are
 * written.
 */
export function floatKeysIn(objects: readonly Pick<Configured, "floatKeys">[]): FloatKeysOf {
  const own = mergeFloatKeys(objects.map((object) => object.floatKeys?.() ?? new Map()));
  const find = (name: string) => own.get(name) ?? keras.get(name);
  return (className = "") => find(className) ?? find(className.replace(/^.*>/, "")) ?? ofAnyClass;
}
