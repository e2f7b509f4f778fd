import { type Configured, mergeFloatKeys } from "../schema/define.js";

/** The entries of a class's configurations that Python has as floats, whatever their value. */
export type FloatKeysOf = (className?: string) => ReadonlySet<string>;

/**
 * The float entries of the classes in a file, each of which says its own. Of a class that says nothing, they are those that any of the
 * others has.
 *
 * @param objects all that are written
 */
export function floatKeysIn(objects: readonly Pick<Configured, "floatKeys">[]): FloatKeysOf {
  const known = mergeFloatKeys(objects.map((object) => object.floatKeys?.() ?? new Map()));
  const ofAny = new Set([...known.values()].flatMap((keys) => [...keys]));
  return (className = "") => known.get(className) ?? known.get(className.replace(/^.*>/, "")) ?? ofAny;
}
