import { TrazoError } from "../errors.js";
import type { StateValue } from "../ports/state-folder.js";

/**
 * The fields of a saved state, each checked when it is read: its checksum says only that it was written as it is.
 *
 * Every method throws a `TrazoError` that names the field when it is not what was asked for.
 */
export class StateFields {
  readonly #fields: { readonly [key: string]: StateValue };
  readonly #where: string;

  /** @param where whose state it is, and the place in it */
  constructor(state: StateValue | undefined, where: string) {
    if (
      typeof state !== "object" ||
      state === null ||
      Array.isArray(state) ||
      state instanceof Float32Array
    ) {
      throw unusable(where, "an object", state);
    }
    this.#fields = state as { readonly [key: string]: StateValue };
    this.#where = where;
  }

  text(name: string): string {
    const value = this.#fields[name];
    return typeof value === "string" ? value : this.#refuse(name, "a text");
  }

  texts(name: string): string[] {
    return this.list(name, (value) => (typeof value === "string" ? value : this.#refuse(name, "texts")));
  }

  flag(name: string): boolean {
    const value = this.#fields[name];
    return typeof value === "boolean" ? value : this.#refuse(name, "true or false");
  }

  number(name: string): number {
    const value = this.#fields[name];
    return typeof value === "number" ? value : this.#refuse(name, "a number");
  }

  numbers(name: string): number[] {
    return this.list(name, (value) => (typeof value === "number" ? value : this.#refuse(name, "numbers")));
  }

  whole(name: string, least: number): number {
    const value = this.#fields[name];
    if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
    return this.#refuse(name, least === 0 ? "a non-negative integer" : `an integer of at least ${least}`);
  }

  list<T>(name: string, read: (value: StateValue) => T): T[] {
    const value = this.#fields[name];
    return Array.isArray(value) ? value.map((item) => read(item)) : this.#refuse(name, "a list");
  }

  /**
   * A list of arrays of these lengths.
   *
   * @param lengths how many values each has; undefined: any
   */
  arrays(name: string, lengths?: readonly number[]): Float32Array[] {
    return this.#arraysIn(name, this.#fields[name], lengths);
  }

  /** A list of lists of arrays of these lengths. */
  arrayLists(name: string, lengths: readonly (readonly number[])[]): Float32Array[][] {
    const value = this.#fields[name];
    if (!Array.isArray(value) || value.length !== lengths.length) {
      return this.#refuse(name, `${lengths.length} lists of arrays`);
    }
    return value.map((item, i) => this.#arraysIn(`${name}[${i}]`, item, lengths[i]));
  }

  object(name: string): StateFields {
    return new StateFields(this.#fields[name], `${this.#where}, ${name}`);
  }

  /** Undefined where the field is null. */
  optional<T>(name: string, read: () => T): T | undefined {
    return this.#fields[name] === null ? undefined : read();
  }

  /** Whatever it is; null where there is nothing. */
  value(name: string): StateValue {
    return this.#fields[name] ?? null;
  }

  names(): string[] {
    return Object.keys(this.#fields);
  }

  #arraysIn(name: string, value: StateValue | undefined, lengths?: readonly number[]): Float32Array[] {
    const fits =
      Array.isArray(value) &&
      (lengths === undefined || value.length === lengths.length) &&
      value.every(
        (item, i) => item instanceof Float32Array && (lengths === undefined || item.length === lengths[i]),
      );
    if (fits) return value as Float32Array[];
    return this.#refuse(
      name,
      lengths ? `${lengths.length} arrays of ${lengths.join(", ")} values` : "a list of arrays",
    );
  }

  #refuse(name: string, expected: string): never {
    throw unusable(`${this.#where}, ${name}`, expected, this.#fields[name]);
  }
}

function unusable(where: string, expected: string, found: StateValue | undefined): TrazoError {
  return new TrazoError(
    `The saved state cannot be used: ${where} must be ${expected}, but is ${shown(found)}.`,
  );
}

function shown(value: StateValue | undefined): string {
  if (value === undefined) return "missing";
  if (value instanceof Float32Array) return `an array of ${value.length} values`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" && value !== null ? "an object" : JSON.stringify(value).slice(0, 100);
}
