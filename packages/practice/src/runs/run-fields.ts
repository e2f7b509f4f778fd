import { TrazoError } from "trazo";

/** The fields of a JSON object in a file that anybody may have changed, each checked when it is read. */
export class Fields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #where: string;

  /**
   * @param where the file, and the place in it
   * @throws TrazoError when it is not an object
   */
  constructor(json: unknown, where: string) {
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      throw new TrazoError(`${where}: expected an object, but found ${shown(json)}.`);
    }
    this.#fields = json as Record<string, unknown>;
    this.#where = where;
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined;
  }

  text(name: string): string {
    const value = this.#fields[name];
    return typeof value === "string" && value !== "" ? value : this.#refuse(name, "a text");
  }

  optionalText(name: string): string | undefined {
    return this.#fields[name] === undefined ? undefined : this.text(name);
  }

  texts(name: string): string[] {
    const value = this.#fields[name];
    const fits = Array.isArray(value) && value.every((item) => typeof item === "string");
    return fits ? value : this.#refuse(name, "a list of texts");
  }

  number(name: string): number {
    const value = this.#fields[name];
    return typeof value === "number" ? value : this.#refuse(name, "a number");
  }

  whole(name: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
    const value = this.#fields[name];
    const fits = Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
    if (fits) return value as number;
    return this.#refuse(name, `an integer from ${least} ${most < 1e6 ? `to ${most}` : "up"}`);
  }

  numbers(name: string): number[] {
    const value = this.#fields[name];
    const fits = Array.isArray(value) && value.every((item) => typeof item === "number");
    return fits ? value : this.#refuse(name, "a list of numbers");
  }

  /** Every field, where all are numbers. */
  allNumbers(): Record<string, number> {
    return Object.fromEntries(Object.keys(this.#fields).map((name) => [name, this.number(name)]));
  }

  object(name: string): Fields {
    return new Fields(this.#fields[name], `${this.#where}, "${name}"`);
  }

  /** A field that something else checks; undefined where there is none. */
  checked<T>(name: string, check: (value: unknown, refuse: (reason: string) => never) => T): T | undefined {
    const value = this.#fields[name];
    if (value === undefined) return undefined;
    return check(value, (reason) => {
      throw new TrazoError(`${this.#where}: "${name}" is not valid: ${reason}.`);
    });
  }

  #refuse(name: string, expected: string): never {
    throw new TrazoError(
      `${this.#where}: "${name}" must be ${expected}, but is ${shown(this.#fields[name])}.`,
    );
  }
}

function shown(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value).slice(0, 100);
}
