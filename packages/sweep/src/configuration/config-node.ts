import { TrazoError } from "trazo";

export type Path = readonly (string | number)[];

/** Where values of a configuration were written. */
export interface ConfigSource {
  /** The place of the value at a path, or of what it is in, e.g. `run.yaml, line 7`. */
  placeOf(path: Path): string;
}

export const pathText = (path: Path): string => path.join(".");

/** A value of a configuration with its place, for messages. */
export class ConfigNode {
  readonly value: unknown;
  readonly path: Path;
  readonly #source: ConfigSource;

  constructor(value: unknown, source: ConfigSource, path: Path = []) {
    this.value = value;
    this.path = path;
    this.#source = source;
  }

  get isAbsent(): boolean {
    return this.value === undefined || this.value === null;
  }

  /** Another value in its place. */
  with(value: unknown): ConfigNode {
    return new ConfigNode(value, this.#source, this.path);
  }

  get place(): string {
    return this.placeOf(this.path);
  }

  /** The place of another value of the same configuration. */
  placeOf(path: Path): string {
    return this.#source.placeOf(path);
  }

  /** Begins a message about it, e.g. `run.yaml, line 7: optimizer.learningRate`. */
  get what(): string {
    const place = this.#source.placeOf(this.path);
    return this.path.length === 0 ? place : `${place}: ${pathText(this.path)}`;
  }

  fail(message: string): never {
    throw new TrazoError(`${this.what} ${message}`);
  }

  /** @throws TrazoError unless it is an object with these keys and no others */
  fields<K extends string>(known: readonly K[]): Readonly<Record<K, ConfigNode>> {
    const given = this.object();
    for (const key of Object.keys(given)) {
      if ((known as readonly string[]).includes(key)) continue;
      this.child(key).fail(`is not a known option. Known here: ${known.join(", ")}.`);
    }
    return Object.fromEntries(known.map((key) => [key, this.child(key)])) as Record<K, ConfigNode>;
  }

  object(): Readonly<Record<string, unknown>> {
    const { value } = this;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
    return this.fail(`must be a mapping of options, but is ${shown(value)}.`);
  }

  child(key: string | number): ConfigNode {
    const within = (this.value ?? {}) as Readonly<Record<string | number, unknown>>;
    return new ConfigNode(within[key], this.#source, [...this.path, key]);
  }

  items(): ConfigNode[] {
    if (!Array.isArray(this.value)) return this.fail(`must be a list, but is ${shown(this.value)}.`);
    return this.value.map((_, i) => this.child(i));
  }

  text(): string {
    return typeof this.value === "string" && this.value !== ""
      ? this.value
      : this.fail(`must be a text, but is ${shown(this.value)}.`);
  }

  whole(least: number): number {
    const { value } = this;
    return Number.isSafeInteger(value) && (value as number) >= least
      ? (value as number)
      : this.fail(`must be an integer of at least ${least}, but is ${shown(value)}.`);
  }

  /** A share above 0 and below 1. */
  share(): number {
    const { value } = this;
    return typeof value === "number" && value > 0 && value < 1
      ? value
      : this.fail(`must be a number above 0 and below 1, but is ${shown(value)}.`);
  }

  number(): number {
    const { value } = this;
    return typeof value === "number" && Number.isFinite(value)
      ? value
      : this.fail(`must be a finite number, but is ${shown(value)}.`);
  }
}

/** A value in messages: shortened where it is long. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return "empty";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
