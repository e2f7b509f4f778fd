import { inWords, TrazoError } from "./errors.js";
import { plain } from "./names.js";

/**
 * Refuses options that do not exist: left alone, a misspelt one would silently keep its default.
 *
 * @param known every option's name; the type keeps the list complete
 * @throws TrazoError naming the option, and the one that was probably meant
 */
export function requireKnownOptions<T extends object>(
  options: T,
  known: Readonly<Record<keyof T & string, true>>,
  what: string,
): void {
  if (typeof options !== "object" || options === null) {
    throw new TrazoError(
      `${what} takes its options as an object, but got ${inWords(options)}. Known options: ${Object.keys(known).join(", ")}.`,
    );
  }
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    const meant = Object.keys(known).find((option) => plain(option) === plain(name));
    const advice = meant ? `Did you mean ${meant}?` : `Known options: ${Object.keys(known).join(", ")}.`;
    throw new TrazoError(`${what} has no option "${name}". ${advice}`);
  }
}

/**
 * An option that is a list; empty where it was left out.
 *
 * @throws TrazoError for anything else, such as a single entry without brackets
 */
export function listOption<T>(list: readonly T[] | undefined, what: string): readonly T[] {
  if (list === undefined) return [];
  if (Array.isArray(list)) return list;
  throw new TrazoError(`${what} must be a list, in brackets, but got ${inWords(list)}.`);
}

/** Whether a value has a method of that name: what tells the library's own objects from other values. */
export function hasMethod(value: unknown, name: string): boolean {
  return typeof (value as Record<string, unknown> | null | undefined)?.[name] === "function";
}
