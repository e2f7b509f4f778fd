import { inWords, type Json, type JsonObject, TrazoError } from "../errors.js";
import type { OwnClasses } from "./own-classes.js";

/**
 * One option of a layer, a loss, an optimizer, …: what it accepts, in which form it is kept, and how Keras writes it. Everything
 * that is said about an option is said here; types, checks, defaults, `getConfig` and the reading of files follow.
 *
 * @typeParam Given what a caller may pass
 * @typeParam Kept the one form in which the rest of the code meets it
 */
export interface Option<Given = unknown, Kept = Given> {
  /** Completes "must be …" in messages, e.g. `a positive integer`. */
  readonly expected: string;
  /** @throws TrazoError naming `what` when the value is not accepted */
  parse(value: unknown, what: string): Kept;
  /** The value in a Keras configuration. Default: the kept value itself. */
  toKeras(kept: Kept): Json;
  /**
   * What a Keras configuration's value means as a given one; undefined: as if it were absent. Default: the value itself.
   *
   * @param own the user's own classes, for options that are objects
   */
  fromKeras(json: Json, where: string, own?: OwnClasses): unknown;
  /** The entry in a Keras configuration, or null for what is not written there. Default: the option's name in snake_case. */
  readonly key?: string | null | undefined;
  /** The entries in which configurations may hold it. Default: `key` alone. */
  readonly readKeys?: readonly string[] | undefined;
  /**
   * What JSON may hold there, as JSON Schema. Objects of the library's classes are references to their kinds, `#/$defs/regularizer`.
   * Default: whatever `parse` accepts.
   */
  readonly json?: JsonObject | undefined;
  /** Python has a float here, which keeps its point where its value is whole. */
  readonly float?: boolean | undefined;
  /** Whether it may be left out. */
  readonly optional: boolean;
  /** What leaving it out means, from the options before it; absent: the kept value is undefined. */
  fallback?(others: Readonly<Record<string, unknown>>): unknown;
  /**
   * For an option of Keras that files hold and callers have no use for, which is neither in types nor among the known options: the
   * values that callers may pass all the same, since they leave it off.
   */
  readonly neutral?: readonly unknown[] | undefined;
  /** Whether what is kept matters in training only, and is not supported there (see `trainingOnly`). Default: never. */
  isTrainingOnly?(kept: Kept): boolean;
  /** Carries the type `Given`; never set. */
  readonly given?: Given;
}

export interface RequiredOption<Given, Kept> extends Option<Given, Kept> {
  readonly optional: false;
}

export interface OptionalOption<Given, Kept> extends Option<Given, Kept> {
  readonly optional: true;
}

export interface HiddenOption<Given, Kept> extends OptionalOption<Given, Kept> {
  readonly neutral: readonly unknown[];
}

interface OptionParts<Given, Kept> {
  readonly expected: string;
  /** The kept form of a value, or undefined where it is not accepted. */
  accept(value: unknown): Kept | undefined;
  toKeras?(kept: Kept): Json;
  fromKeras?(json: Json, where: string, own?: OwnClasses): unknown;
  readonly key?: string | null;
  readonly float?: boolean;
  readonly json?: JsonObject;
  readonly given?: Given;
}

/**
 * An option whose values are accepted or not, with a message made of what is expected.
 *
 * @example
 * ```ts
 * const even = option<number>({
 *   expected: "an even number",
 *   accept: (value) => (typeof value === "number" && value % 2 === 0 ? value : undefined),
 * });
 * ```
 */
export function option<Given, Kept = Given>(parts: OptionParts<Given, Kept>): RequiredOption<Given, Kept> {
  const { accept, expected } = parts;
  return {
    toKeras: (kept) => kept as Json,
    fromKeras: (json) => json,
    ...parts,
    optional: false,
    parse(value, what) {
      const kept = accept(value);
      if (kept !== undefined) return kept;
      throw new TrazoError(`${what} must be ${expected}, but got ${shown(value)}.`);
    },
  };
}

/** Short lists are shown themselves: a shape, a pair. */
const shown = (value: unknown): string =>
  Array.isArray(value) && value.length > 0 && value.length <= 8
    ? `[${value.map(inWords).join(", ")}]`
    : inWords(value);

/**
 * The same option where leaving it out means `fallback`.
 *
 * @example
 * ```ts
 * const momentum = withDefault(rate(), 0.9);
 * ```
 */
export const withDefault = <Given, Kept>(
  base: Option<Given, Kept>,
  fallback: Given,
): OptionalOption<Given, Kept> => ({ ...base, optional: true, fallback: () => fallback });

/**
 * The same option where leaving it out means what follows from the options before it.
 *
 * @example
 * const strides = defaultFrom(size(), ({ poolSize }: { poolSize: SizeOption }) => poolSize);
 */
export const defaultFrom = <Given, Kept, Others>(
  base: Option<Given, Kept>,
  fallback: (others: Others) => Given,
): OptionalOption<Given, Kept> => ({
  ...base,
  optional: true,
  fallback: (others) => fallback(others as Others),
});

/**
 * The same option where it may be left out, or be null; it then has no value.
 *
 * @example
 * ```ts
 * const clip = optional(number({ above: 0 }));
 * ```
 */
export const optional = <Given, Kept>(
  base: Option<Given, Kept>,
): OptionalOption<Given | null, Kept | undefined> => ({
  ...base,
  optional: true,
  parse: (value, what) => (value === undefined || value === null ? undefined : base.parse(value, what)),
  toKeras: (kept) => (kept === undefined ? null : base.toKeras(kept)),
});

/**
 * The same option under another name in Keras's configurations.
 *
 * @param key the entry that is written; null: none is
 * @param readKeys the entries that are read. Default: `key`
 * @example
 * ```ts
 * const poolSize = keyed(size(), "pool_size", "pool_size", "size");
 * ```
 */
export const keyed = <O extends Option>(base: O, key: string | null, ...readKeys: readonly string[]): O => ({
  ...base,
  key,
  readKeys: readKeys.length > 0 ? readKeys : undefined,
});
