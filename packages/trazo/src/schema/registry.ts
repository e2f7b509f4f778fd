import { inWords, type Json, type JsonObject, TrazoError } from "../errors.js";
import { parseKerasObject } from "../keras-object.js";
import { findNamed } from "../names.js";
import type { AnyDefinition, Configured } from "./define.js";
import type { RequiredOption } from "./option.js";

interface Defined<T extends object> {
  readonly definition: AnyDefinition<T>;
}

/** The classes of one kind that are known by name: all that files may hold and names may mean. */
export class Registry<T extends Configured> {
  readonly #kind: string;
  readonly #definitions: readonly AnyDefinition<T>[];

  /**
   * @param kind in words, e.g. `regularizer`
   * @param factories one per class
   */
  constructor(kind: string, factories: readonly Defined<T>[]) {
    this.#kind = kind;
    this.#definitions = factories.map(({ definition }) => definition);
  }

  /** These classes and a user's own, which come first. */
  with(own: readonly Defined<T>[]): Registry<T> {
    const all = [...own, ...this.#definitions.map((definition) => ({ definition }))];
    return new Registry(this.#kind, all);
  }

  get classNames(): readonly string[] {
    return this.#definitions.map(({ className }) => className);
  }

  /** Entries of configurations that Python has as floats. */
  get floatKeys(): readonly string[] {
    return this.#definitions.flatMap(({ floatKeys }) => floatKeys);
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
    const one = `${article(this.#kind)} ${this.#kind}${example ? `, e.g. ${example}` : ""}`;
    throw new TrazoError(
      `${where} must be a name or ${one}, but got ${inWords(spec)}. Known names: ${this.#known}.`,
    );
  }

  /**
   * Reads an object in any of the forms in which Keras writes one (see `parseKerasObject`).
   *
   * @param where names the place in errors, e.g. `layer conv2d, kernel_regularizer`
   * @throws TrazoError for an unknown class, an unknown entry or a wrong value
   */
  deserialize(json: Json, where: string): T {
    const { className, config } = parseKerasObject(json, where);
    return this.read(className, config, where);
  }

  /**
   * Reads an object of a class from its configuration.
   *
   * @throws TrazoError as `deserialize` does
   */
  read(className: string, config: JsonObject, where: string): T {
    const definition = this.#find(className);
    if (!definition) {
      throw new TrazoError(
        `${where}: there is no ${this.#kind} ${JSON.stringify(className)}. Known: ${this.#known}.`,
      );
    }
    return definition.fromConfig(config, where);
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

const article = (noun: string): string => (/^[aeiou]/.test(noun) ? "an" : "a");

/** An object as Keras writes it: `{class_name, config}`. */
export const serialize = (object: Configured): JsonObject => ({
  class_name: object.className,
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
  fromKeras: (json, where) => registry.deserialize(json, where),
  optional: false,
});
