import { type Json, type JsonObject, TrazoError } from "../errors.js";
import type { Initializer } from "../initializers/initializer.js";
import { initializers } from "../initializers/registry.js";
import { regularizers } from "../regularizers/registry.js";
import type { Regularizer } from "../regularizers/regularizer.js";
import { type Activation, activationFromKeras } from "./activations.js";
import type { LayerOptions } from "./layer.js";

/** Keys that every layer may carry and that say nothing about what it computes. */
const descriptive = new Set(["build_input_shape", "build_config", "module", "registered_name"]);

/**
 * Reads a layer's Keras configuration key by key, and in the end refuses what nobody read: an
 * option that is ignored would give another model.
 */
export class ConfigReader {
  readonly #config: JsonObject;
  readonly #unread: Set<string>;
  readonly #trainingOnly: JsonObject = {};

  constructor(
    config: JsonObject,
    /** The layer's place in the model, for errors. */
    readonly where: string,
  ) {
    this.#config = config;
    this.#unread = new Set(Object.keys(config).filter((key) => !descriptive.has(key)));
  }

  /** The options that every layer has. */
  layerOptions(): LayerOptions {
    this.#requireFloat32(this.#take("dtype"));
    const shape = this.#take("batch_input_shape") ?? this.#take("batch_shape") ?? null;
    return {
      name: this.string("name"),
      trainable: this.boolean("trainable") ?? true,
      inputShape: shape === null ? undefined : this.#sampleShape(shape),
    };
  }

  number(key: string): number | undefined {
    return this.#typed(key, "number") as number | undefined;
  }

  string(key: string): string | undefined {
    return this.#typed(key, "string") as string | undefined;
  }

  boolean(key: string): boolean | undefined {
    return this.#typed(key, "boolean") as boolean | undefined;
  }

  /** A number or a list of numbers. */
  numbers(key: string): number[] | undefined {
    const value = this.#take(key);
    if (value === undefined || value === null) return undefined;
    const list = Array.isArray(value) ? value : [value];
    if (list.every((item) => typeof item === "number")) return list;
    throw this.#wrong(key, value, "numbers");
  }

  pair(key: string): readonly [number, number] | undefined {
    const list = this.numbers(key);
    if (!list) return undefined;
    return [list[0] as number, (list[1] ?? list[0]) as number];
  }

  activation(key: string): Activation | undefined {
    const value = this.#take(key);
    return value === undefined || value === null
      ? undefined
      : activationFromKeras(value, `${this.where}, ${key}`);
  }

  initializer(key: string): Initializer | undefined {
    const value = this.#take(key);
    return value === undefined || value === null
      ? undefined
      : initializers.deserialize(value, `${this.where}, ${key}`);
  }

  regularizer(key: string): Regularizer | undefined {
    const value = this.#take(key);
    return value === undefined || value === null
      ? undefined
      : regularizers.deserialize(value, `${this.where}, ${key}`);
  }

  /** An option of Keras that is supported with these values only. */
  only(key: string, ...allowed: readonly Json[]): void {
    const value = this.#take(key);
    if (value === undefined || value === null) return;
    if (allowed.some((option) => JSON.stringify(option) === JSON.stringify(value))) return;
    const list = allowed.map((option) => JSON.stringify(option)).join(" or ");
    throw new TrazoError(
      `${this.where}: ${key} = ${JSON.stringify(value)} is not supported${list ? `, only ${list}` : ""}.`,
    );
  }

  /**
   * An option of Keras that is not supported but matters in training only, such as `kernel_constraint`: the layer predicts
   * without it, is saved again with it, and is not trained.
   *
   * @param neutral values that are as good as none
   */
  trainingOnly(key: string, ...neutral: readonly Json[]): void {
    const value = this.#take(key);
    if (value === undefined || value === null || neutral.includes(value)) return;
    this.#trainingOnly[key] = value;
  }

  /** What `trainingOnly` found. */
  get trainingOnlyOptions(): JsonObject {
    return { ...this.#trainingOnly };
  }

  /** @throws TrazoError when the configuration holds something that was not read. */
  finish(): void {
    const left = [...this.#unread].filter((key) => this.#config[key] !== null);
    if (left.length === 0) return;
    throw new TrazoError(
      `${this.where}: the option ${left.map((key) => `"${key}"`).join(", ")} is not supported.`,
    );
  }

  #take(key: string): Json | undefined {
    this.#unread.delete(key);
    return this.#config[key];
  }

  #typed(key: string, type: "number" | "string" | "boolean"): Json | undefined {
    const value = this.#take(key);
    if (value === undefined || value === null) return undefined;
    if (typeof value === type) return value;
    throw this.#wrong(key, value, `a ${type}`);
  }

  #wrong(key: string, value: Json, expected: string): TrazoError {
    return new TrazoError(
      `${this.where}: ${key} must be ${expected}, but the file has ${JSON.stringify(value)}.`,
    );
  }

  #sampleShape(value: Json): number[] {
    const sample = Array.isArray(value) ? value.slice(1) : [];
    if (sample.length > 0 && sample.every((dim) => typeof dim === "number")) return sample as number[];
    throw this.#wrong("batch_input_shape", value, "a list such as [null, 28, 28, 1] with known sizes");
  }

  /** Keras 2 writes "float32", Keras 3 a policy object of that name. */
  #requireFloat32(value: Json | undefined): void {
    if (value === undefined || value === null || value === "float32") return;
    const policy = (value as { config?: { name?: Json } }).config?.name;
    if (policy === "float32") return;
    throw new TrazoError(
      `${this.where}: only dtype float32 is supported, but the file has ${JSON.stringify(value)}.`,
    );
  }
}
