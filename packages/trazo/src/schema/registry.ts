import { inWords, type Json, type JsonObject, TrazoError } from "../errors.js";
import { parseKerasObject, registeredName } from "../keras-object.js";
import { findNamed, meantAdvice } from "../names.js";
import type { AnyDefinition, Configured } from "./define.js";
import type { RequiredOption } from "./option.js";
import { findOwn, type OwnClasses, type OwnKind, unknownOwn } from "./own-classes.js";

interface Defined<T extends object> {
  readonly definition: AnyDefinition<T>;
}

interface RegistryOptions {
  /** Among a user's own classes, those of this kind. Default: there are none. */
  readonly own?: OwnKind | undefined;
  /** Files may have Keras's own classes with this before their names. Default: without. */
  readonly prefix?: string | undefined;
}

/** The classes of one kind that are known by name: all that files may hold and names may mean. */
export class Registry<T extends Configured> {
  readonly #kind: string;
  readonly #definitions: readonly AnyDefinition<T>[];
  readonly #options: RegistryOptions;

  /**
   * @param kind in words, e.g. `regularizer`
   * @param factories one per class
   */
  constructor(kind: string, factories: readonly Defined<T>[], options: RegistryOptions = {}) {
    this.#kind = kind;
    this.#definitions = factories.map(({ definition }) => definition);
    this.#options = options;
  }

  /** In words, e.g. `regularizer`. */
  get kind(): string {
    return this.#kind;
  }

  get classNames(): readonly string[] {
    return this.#definitions.map(({ className }) => className);
  }

  /** Whether a class of that name is known. */
  has(className: string): boolean {
    return this.#find(className) !== undefined;
  }

  /**
   * An object from itself, or with default options from its name.
   *
   * @param where names the option in errors
   * @param isOne tells such an object from others
   * @param example how one is made, for errors, e.g. `regularizers.l2(0.01)`
   * @throws TrazoError for an unknown name, and for what is neither a name nor such an object
   */
  from(spec: unknown, where: string, isOne: (value: object) => boolean, example?: string): T {
    if (typeof spec === "string") return this.deserialize(spec, where);
    if (typeof spec === "object" && spec !== null && isOne(spec)) return spec as T;
    const one = `${withArticle(this.#kind)}${example ? `, e.g. ${example}` : ""}`;
    throw new TrazoError(
      `${where} must be a name or ${one}, but got ${inWords(spec)}. Known names: ${this.#known}.`,
    );
  }

  /**
   * Reads an object in any of the forms in which Keras writes one (see `parseKerasObject`).
   *
   * @param where names the place in errors, e.g. `layer conv2d, kernel_regularizer`
   * @param own a user's own classes, which come first
   * @throws TrazoError for an unknown class, an unknown entry or a wrong value
   */
  deserialize(json: Json, where: string, own?: OwnClasses): T {
    const { className, config } = parseKerasObject(json, where);
    const definition = this.ownClass(json, where, own);
    return definition
      ? definition.fromConfig(config, where, own)
      : this.read(this.#bare(className), config, where, own);
  }

  /**
   * The user's own class that an object in a file has, if any.
   *
   * @throws TrazoError for a class that is not Keras's own and was not passed
   */
  ownClass(json: Json, where: string, own: OwnClasses | undefined): AnyDefinition<T> | undefined {
    const kind = this.#options.own;
    if (!kind) return undefined;
    const { className } = parseKerasObject(json, where);
    const name = registeredName(json, className);
    const found = findOwn(own?.[kind], name) as AnyDefinition<T> | undefined;
    if (found || !name.includes(">") || this.has(this.#bare(name))) return found;
    throw unknownOwn(name, kind, withArticle(this.#kind), where);
  }

  /** Without the prefix that Keras's own classes may have. */
  #bare(name: string): string {
    const { prefix } = this.#options;
    return prefix !== undefined && name.startsWith(prefix) ? name.slice(prefix.length) : name;
  }

  /**
   * Reads an object of a class from its configuration.
   *
   * @throws TrazoError as `deserialize` does
   */
  read(className: string, config: JsonObject, where: string, own?: OwnClasses): T {
    const definition = this.#find(className);
    if (!definition) {
      const advice = meantAdvice(className, this.classNames);
      throw new TrazoError(
        `${where}: there is no ${this.#kind} ${JSON.stringify(className)}. ${advice}Known: ${this.#known}.`,
      );
    }
    return definition.fromConfig(config, where, own);
  }

  #find(name: string): AnyDefinition<T> | undefined {
    const named = this.#definitions.map((definition) => ({
      definition,
      names: [definition.className, ...definition.aliases],
    }));
    return findNamed(named, name)?.definition;
  }

  get #known(): string {
    return this.classNames.join(", ");
  }
}

const withArticle = (noun: string): string => `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;

/** An object as Keras writes it: `{class_name, config}`, a user's own class under its registered name. */
export const serialize = (object: Configured): JsonObject => ({
  class_name: object.registeredName ?? object.className,
  config: object.getConfig(),
});

/**
 * An option that is an object of a registry's classes, given as itself or by its name.
 *
 * @param isOne tells such an object from others
 * @param example how one is made, for errors, e.g. `regularizers.l2(0.01)`
 */
export const objectOf = <T extends Configured, Name extends string = string>(
  registry: Registry<T>,
  isOne: (value: object) => boolean,
  example?: string,
): RequiredOption<Name | T, T> => ({
  expected: "a name or an object",
  parse: (value, what) => registry.from(value, what, isOne, example),
  toKeras: serialize,
  fromKeras: (json, where, own) => registry.deserialize(json, where, own),
  json: { $ref: `#/$defs/${registry.kind}` },
  optional: false,
});
