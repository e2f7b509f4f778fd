import type { ConfigurationText } from "../failures/configuration-en.js";
import { SweepError } from "../failures/index.js";

export type Path = readonly (string | number)[];

/** Where values of a configuration were written. */
export interface ConfigSource {
  /** The place of the value at a path, or of what it is in. */
  placeOf(path: Path): Place;
}

/** Where something was written: a line of a file (from 1), or an argument of a command, e.g. `--set epochs=3`. */
export interface Place {
  readonly source: string;
  readonly line?: number | undefined;
}

/** A place in words, e.g. `run.yaml, line 7`. */
export const placeText = ({ source, line }: Place, text: ConfigurationText): string =>
  line === undefined ? source : text.line(source, line);

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

  get place(): Place {
    return this.placeOf(this.path);
  }

  /** The place of another value of the same configuration. */
  placeOf(path: Path): Place {
    return this.#source.placeOf(path);
  }

  /** Begins a message about it, e.g. `run.yaml, line 7: optimizer.learningRate`. */
  what(text: ConfigurationText): string {
    const place = placeText(this.place, text);
    return this.path.length === 0 ? place : `${place}: ${pathText(this.path)}`;
  }

  /** @param tell what is wrong with it, after its place and name */
  fail(tell: (text: ConfigurationText) => string, options?: ErrorOptions): never {
    throw new SweepError(({ configuration: text }) => `${this.what(text)} ${tell(text)}`, options);
  }

  /** @throws TrazoError unless it is an object with these keys and no others */
  fields<K extends string>(known: readonly K[]): Readonly<Record<K, ConfigNode>> {
    const given = this.object();
    for (const key of Object.keys(given)) {
      if ((known as readonly string[]).includes(key)) continue;
      this.child(key).fail(({ unknownOption }) => unknownOption(known));
    }
    return Object.fromEntries(known.map((key) => [key, this.child(key)])) as Record<K, ConfigNode>;
  }

  object(): Readonly<Record<string, unknown>> {
    const { value } = this;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
    return this.fail(({ noMapping }) => noMapping(value));
  }

  child(key: string | number): ConfigNode {
    const within = (this.value ?? {}) as Readonly<Record<string | number, unknown>>;
    return new ConfigNode(within[key], this.#source, [...this.path, key]);
  }

  items(): ConfigNode[] {
    if (!Array.isArray(this.value)) return this.fail(({ noList }) => noList(this.value));
    return this.value.map((_, i) => this.child(i));
  }

  text(): string {
    return typeof this.value === "string" && this.value !== ""
      ? this.value
      : this.fail(({ noText }) => noText(this.value));
  }

  whole(least: number): number {
    const { value } = this;
    return Number.isSafeInteger(value) && (value as number) >= least
      ? (value as number)
      : this.fail(({ noInteger }) => noInteger(least, value));
  }

  /** A share above 0 and below 1. */
  share(): number {
    const { value } = this;
    return typeof value === "number" && value > 0 && value < 1
      ? value
      : this.fail(({ noShare }) => noShare(value));
  }

  number(): number {
    const { value } = this;
    return typeof value === "number" && Number.isFinite(value)
      ? value
      : this.fail(({ noNumber }) => noNumber(value));
  }
}
