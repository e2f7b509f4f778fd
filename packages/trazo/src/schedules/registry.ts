import { type Json, type JsonObject, TrazoError } from "../errors.js";
import { locateErrors, parseKerasObject } from "../keras-object.js";
import { cosineDecay } from "./cosine-decay.js";
import { cosineDecayRestarts } from "./cosine-decay-restarts.js";
import { exponentialDecay } from "./exponential-decay.js";
import { inverseTimeDecay } from "./inverse-time-decay.js";
import { oneCycle } from "./one-cycle.js";
import { piecewiseConstantDecay } from "./piecewise-constant-decay.js";
import { polynomialDecay } from "./polynomial-decay.js";
import type { LearningRateSchedule } from "./schedule.js";

type Reader = (entries: ConfigEntries) => LearningRateSchedule;

/** One row a schedule, by Keras's class name. To add one, write its factory and its row. */
const READERS: Readonly<Record<string, Reader>> = {
  ExponentialDecay: (entries) => exponentialDecay(periodic(entries)),
  InverseTimeDecay: (entries) => inverseTimeDecay(periodic(entries)),
  PiecewiseConstantDecay: (entries) =>
    piecewiseConstantDecay({ boundaries: entries.numbers("boundaries"), values: entries.numbers("values") }),
  PolynomialDecay: (entries) =>
    polynomialDecay({
      initialLearningRate: entries.number("initial_learning_rate"),
      decaySteps: entries.number("decay_steps"),
      endLearningRate: entries.number("end_learning_rate", 0.0001),
      power: entries.number("power", 1),
      cycle: entries.boolean("cycle"),
    }),
  CosineDecay(entries) {
    const warmupTarget = entries.optionalNumber("warmup_target");
    return cosineDecay({
      initialLearningRate: entries.number("initial_learning_rate"),
      decaySteps: entries.number("decay_steps"),
      alpha: entries.number("alpha", 0),
      warmupSteps: entries.number("warmup_steps", 0),
      ...(warmupTarget === undefined ? {} : { warmupTarget }),
    });
  },
  CosineDecayRestarts: (entries) =>
    cosineDecayRestarts({
      initialLearningRate: entries.number("initial_learning_rate"),
      firstDecaySteps: entries.number("first_decay_steps"),
      tMul: entries.number("t_mul", 2),
      mMul: entries.number("m_mul", 1),
      alpha: entries.number("alpha", 0),
    }),
  OneCycle: (entries) =>
    oneCycle({
      maxLearningRate: entries.number("max_learning_rate"),
      totalSteps: entries.number("total_steps"),
      initialLearningRate: entries.number("initial_learning_rate"),
      finalLearningRate: entries.number("final_learning_rate"),
      cycleFraction: entries.number("cycle_fraction", 0.9),
    }),
};

/**
 * Reads a schedule from a Keras configuration, `{class_name, config}` or with `module` and `registered_name` too.
 *
 * @param where names the place in error messages, e.g. `best_model.h5, optimizer Adam, learning_rate`
 * @throws TrazoError for an unknown class, an unknown or missing entry or a wrong value
 */
export function deserializeSchedule(config: Json, where: string): LearningRateSchedule {
  const parsed = parseKerasObject(config, where);
  const className = parsed.className.replace(/^Custom>/, "");
  const read = Object.hasOwn(READERS, className) ? READERS[className] : undefined;
  if (!read) {
    throw new TrazoError(
      `${where}: there is no learning-rate schedule ${JSON.stringify(parsed.className)}. ` +
        `Known: ${Object.keys(READERS).join(", ")}.`,
    );
  }
  return locateErrors(where, () => {
    const entries = new ConfigEntries(parsed.config, `${where}, ${className}`);
    const schedule = read(entries);
    entries.refuseUnread();
    return schedule;
  });
}

/** Whether Keras has a class for it. */
export const isKerasSchedule = ({ className }: LearningRateSchedule): boolean => className !== "OneCycle";

/** Keras's four-key form, which Keras 3 asks for where a schedule stands in an optimiser's configuration. */
export function serializeSchedule(schedule: LearningRateSchedule): JsonObject {
  const { className } = schedule;
  const isKeras = isKerasSchedule(schedule);
  return {
    module: isKeras ? "keras.optimizers.schedules" : null,
    class_name: className,
    config: schedule.getConfig(),
    registered_name: isKeras ? null : className,
  };
}

/** Reads a configuration entry by entry. `null` counts as absent. */
class ConfigEntries {
  readonly #config: JsonObject;
  readonly #where: string;
  readonly #unread: Set<string>;

  constructor(config: JsonObject, where: string) {
    this.#config = config;
    this.#where = where;
    this.#unread = new Set(Object.keys(config).filter((key) => key !== "name"));
  }

  number(key: string, fallback?: number): number {
    const value = this.optionalNumber(key) ?? fallback;
    if (value === undefined) throw new TrazoError(`${this.#where}: the entry "${key}" is missing.`);
    return value;
  }

  optionalNumber(key: string): number | undefined {
    const value = this.#take(key);
    if (value === null || typeof value === "number") return value ?? undefined;
    throw this.#wrong(key, "a number", value);
  }

  /** False when absent. */
  boolean(key: string): boolean {
    const value = this.#take(key) ?? false;
    if (typeof value !== "boolean") throw this.#wrong(key, "true or false", value);
    return value;
  }

  numbers(key: string): number[] {
    const value = this.#take(key);
    if (Array.isArray(value) && value.every((item) => typeof item === "number")) return value;
    throw this.#wrong(key, "a list of numbers", value);
  }

  /** @throws TrazoError for an entry that nobody read: ignoring it would change the meaning */
  refuseUnread(): void {
    for (const key of this.#unread) {
      throw new TrazoError(
        `${this.#where}: the entry "${key}": ${JSON.stringify(this.#config[key])} is not supported.`,
      );
    }
  }

  #take(key: string): Json {
    this.#unread.delete(key);
    return this.#config[key] ?? null;
  }

  #wrong(key: string, wanted: string, value: Json): TrazoError {
    return new TrazoError(`${this.#where}: "${key}" must be ${wanted}, but is ${JSON.stringify(value)}.`);
  }
}

function periodic(entries: ConfigEntries) {
  return {
    initialLearningRate: entries.number("initial_learning_rate"),
    decaySteps: entries.number("decay_steps"),
    decayRate: entries.number("decay_rate"),
    staircase: entries.boolean("staircase"),
  };
}
