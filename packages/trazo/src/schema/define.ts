import { type Json, type JsonObject, TrazoError } from "../errors.js";
import { isObject, locateErrors } from "../keras-object.js";
import { refuseUnknownOption, requireOptionsObject } from "../known-options.js";
import { plain } from "../names.js";
import type { Option } from "./option.js";
import { isSame } from "./options.js";
import type { OwnClasses } from "./own-classes.js";

/** Options by their names, in the order in which Keras writes them. */
export type Options = Readonly<Record<string, Option>>;

/**
 * A definition's own options, then shared ones. Declarations keep what is said of the shared ones, which they lose in a spread, where
 * their type is an interface.
 */
export const withShared = <const Own extends EveryOption<Own>, Shared extends EveryOption<Shared>>(
  own: Own,
  shared: Shared,
): Own & Shared => ({ ...own, ...shared });

/** As `Options`, for interfaces too. */
export type EveryOption<S> = { readonly [Name in keyof S]: Option };

type Given<O> = O extends { readonly given?: infer G } ? Exclude<G, undefined> : never;
type Kept<O> = O extends { parse(value: unknown, what: string): infer K } ? K : never;
type IsRequired<O> = O extends { readonly optional: true } ? false : true;
type IsVisiblyOptional<O> = O extends { readonly neutral: readonly unknown[] }
  ? false
  : O extends { readonly optional: true }
    ? true
    : false;

/** What a caller passes. */
export type GivenOptions<S> = {
  readonly [K in keyof S as IsRequired<S[K]> extends true ? K : never]: Given<S[K]>;
} & {
  readonly [K in keyof S as IsVisiblyOptional<S[K]> extends true ? K : never]?: Given<S[K]> | undefined;
};

/** The same options checked, completed with defaults and in one form. */
export type KeptOptions<S> = { readonly [K in keyof S]: Kept<S[K]> };

/** What every object that files can hold says of itself. */
export interface Configured {
  /** Keras's class name, e.g. `Conv2D`. */
  readonly className: string;
  /** The name that files have for a class that is not Keras's own: a package and the class, e.g. `Custom>ResidualBlock`. */
  readonly registeredName?: string | undefined;
  /** Its options as Keras writes them. */
  getConfig(): JsonObject;
  /**
   * The entries of its configuration that Python has as floats, and those of the objects in it, by the names of their classes in
   * files. What is defined by its options has it of itself.
   */
  floatKeys?(): FloatKeys;
}

/** By the names of classes in files: the entries of their configurations that Python has as floats. */
export type FloatKeys = ReadonlyMap<string, ReadonlySet<string>>;

/** One class: its options, and what is made of them. */
export interface Definition<S extends EveryOption<S>, T extends object> {
  /** Keras's class name. Case and underscores do not matter where it is asked for by name. */
  readonly className: string;
  /** See `Configured`. Default: the class is Keras's own. */
  readonly registeredName?: string | undefined;
  /** Further names. */
  readonly aliases?: readonly string[];
  readonly options: S;
  /**
   * Makes a new object.
   *
   * @throws TrazoError for options that do not fit together
   */
  create(options: KeptOptions<S>): T;
}

/** Makes objects from options, which may be left out altogether where each of them may. */
export type Maker<S, T extends object> = (
  ...options: Record<never, never> extends GivenOptions<S>
    ? [options?: GivenOptions<S>]
    : [options: GivenOptions<S>]
) => T;

/** Makes objects of one class from options; `definition` says which. */
export interface Factory<S, T extends object> extends Maker<S, T> {
  readonly definition: AnyDefinition<T>;
}

/** What a factory takes. */
export type OptionsOf<F> = F extends Maker<infer S, object> ? GivenOptions<S> : never;

/** A definition as a registry holds it, whatever its options. */
export interface AnyDefinition<T extends object> {
  readonly className: string;
  readonly aliases: readonly string[];
  readonly options: Options;
  /** The entries of its configurations that Python has as floats. */
  readonly floatKeys: readonly string[];
  /**
   * Reads an object from its configuration.
   *
   * @param where names the place in errors
   * @param own the user's own classes, for objects within the configuration
   * @throws TrazoError for an unknown entry or a wrong value
   */
  fromConfig(config: JsonObject, where: string, own?: OwnClasses): T;
}

/**
 * Defines a class by its options: the factory's type, the checks and their messages, the defaults, `getConfig` and the reading
 * of configurations all follow from them.
 *
 * @example
 * const dropout = define({
 *   className: "Dropout",
 *   options: { rate: rate(), seed: optional(integer()) },
 *   create: ({ rate }) => ({ keep: 1 - rate }),
 * });
 * dropout({ rate: 0.5 }).getConfig(); // { rate: 0.5, seed: null }
 */
export function define<const S extends EveryOption<S>, T extends object>(
  definition: Definition<S, T>,
): Factory<S, T & Configured> {
  const { className, registeredName, aliases = [], options, create } = definition;
  const entries = entriesOf(options);
  const floatKeys = entries.flatMap(({ option, key }) => (option.float && key !== null ? [key] : []));
  const make = (values: Values): T & Configured => {
    const kept = keep(className, entries, values);
    const object = create(kept as KeptOptions<S>);
    const name = registeredName === undefined ? {} : { registeredName };
    return Object.assign(object, name, {
      className,
      getConfig: () => configOf(entries, kept),
      floatKeys: () => floatKeysOf(registeredName ?? className, floatKeys, kept),
    });
  };
  const factory = (given: unknown = {}) => make(readGiven(className, entries, given));
  // Shown where a factory is passed that should have been called.
  Object.defineProperty(factory, "name", { value: className });
  return Object.assign(factory, {
    definition: {
      className,
      aliases,
      options,
      floatKeys,
      fromConfig: (config: JsonObject, where: string, own?: OwnClasses) =>
        locateErrors(where, () => make(readConfig(entries, config, where, own))),
    },
  }) as Factory<S, T & Configured>;
}

/** `define` for classes of one kind, whose factories then return that kind's interface. */
export const definerOf =
  <T extends Configured>() =>
  <const S extends EveryOption<S>>(definition: Definition<S, Omit<T, keyof Configured>>): Factory<S, T> =>
    define(definition) as unknown as Factory<S, T>;

/**
 * Reads what a caller passes for objects that no file holds, such as callbacks: the options checked and completed with defaults.
 *
 * @param className names the object in errors
 * @throws TrazoError from the reader, for an unknown option or a value out of range
 */
export function optionsReader<const S extends EveryOption<S>>(
  className: string,
  options: S,
): (given: unknown) => KeptOptions<S> {
  const entries = entriesOf(options);
  return (given = {}) => keep(className, entries, readGiven(className, entries, given)) as KeptOptions<S>;
}

const entriesOf = (options: Options): readonly Entry[] =>
  Object.entries(options).map(([name, option]) => new Entry(name, option));

/** An option under its name. */
class Entry {
  /** What is written in configurations. */
  readonly key: string | null;
  readonly readKeys: readonly string[];

  constructor(
    readonly name: string,
    readonly option: Option,
  ) {
    this.key = option.key === undefined ? snakeCase(name) : option.key;
    this.readKeys = option.readKeys ?? (this.key === null ? [] : [this.key]);
  }
}

type Values = Readonly<Record<string, unknown>>;

/** What a caller passed, by the options' names. */
function readGiven(className: string, entries: readonly Entry[], given: unknown): Values {
  const known = entries.filter(({ option }) => !option.neutral).map(({ name }) => name);
  requireOptionsObject(given, known, className);
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const entry = entries.find((one) => isGiven(one, name, value));
    if (entry) values[entry.name] = value;
    else refuseUnknownOption(name, value, known, className);
  }
  return values;
}

function isGiven(entry: Entry, name: string, value: unknown): boolean {
  const { neutral } = entry.option;
  if (!neutral) return entry.name === name;
  return (
    plain(entry.name) === plain(name) &&
    (value === undefined || value === null || neutral.some((one) => isSame(one, value)))
  );
}

/** Options checked, completed and in one form, in their order. */
function keep(className: string, entries: readonly Entry[], values: Values): Values {
  const kept: Record<string, unknown> = {};
  for (const { name, option } of entries) {
    const value = values[name];
    const isLeftOut = option.optional && (value === undefined || value === null);
    const meant = isLeftOut ? option.fallback?.(kept) : value;
    kept[name] = isLeftOut && meant === undefined ? undefined : option.parse(meant, `${className} ${name}`);
  }
  return kept;
}

function configOf(entries: readonly Entry[], kept: Values): JsonObject {
  return Object.fromEntries(
    entries.flatMap(({ name, key, option }) => (key === null ? [] : [[key, option.toKeras(kept[name])]])),
  );
}

/** An object's own float entries, and those of the objects among its options. */
function floatKeysOf(name: string, own: readonly string[], kept: Values): FloatKeys {
  const within = Object.values(kept).filter(isConfigured);
  return mergeFloatKeys([
    new Map([[name, new Set(own)]]),
    ...within.map((object) => object.floatKeys?.() ?? new Map()),
  ]);
}

const isConfigured = (value: unknown): value is Configured =>
  typeof (value as Partial<Configured> | null | undefined)?.floatKeys === "function";

/** All of them together. */
export function mergeFloatKeys(all: readonly FloatKeys[]): FloatKeys {
  const merged = new Map<string, ReadonlySet<string>>();
  for (const [name, keys] of all.flatMap((one) => [...one]))
    merged.set(name, new Set([...(merged.get(name) ?? []), ...keys]));
  return merged;
}

/** Keys that any object may carry and that say nothing about what it computes. */
const descriptive = new Set(["build_input_shape", "build_config", "module", "registered_name"]);

/**
 * Reads a configuration's entries as options. `null` counts as absent, as Keras writes what was not given.
 *
 * @throws TrazoError for an entry that is not known: ignoring it would change the meaning
 */
function readConfig(
  entries: readonly Entry[],
  config: JsonObject,
  where: string,
  own: OwnClasses | undefined,
): Values {
  const byKey = new Map(entries.flatMap((entry) => entry.readKeys.map((key) => [key, entry] as const)));
  const given: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    if (value === null || descriptive.has(key) || (key === "dtype" && isFloat32(value))) continue;
    const entry = byKey.get(key);
    if (!entry) {
      const advice = key === "dtype" ? ", only float32 is" : "";
      throw new TrazoError(
        `${where}: the entry "${key}": ${JSON.stringify(value)} is not supported${advice}.`,
      );
    }
    given[entry.name] = entry.option.fromKeras(value, `${where}, ${key}`, own);
  }
  return given;
}

/** Keras 2 writes "float32", Keras 3 a policy object of that name; all weights are float32. */
function isFloat32(dtype: Json): boolean {
  const policy = isObject(dtype) ? dtype.config : undefined;
  return (isObject(policy) ? policy.name : dtype) === "float32";
}

/** `kernelSize` in Keras's spelling: `kernel_size`; `beta1` is its `beta_1`. */
export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]|(?<=[a-z]{2})\d+/g, (part) => `_${part.toLowerCase()}`);
