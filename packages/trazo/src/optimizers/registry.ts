import { inWords, type Json, type JsonObject, TrazoError } from "../errors.js";
import { locateErrors, type Options, parseKerasObject, readOptions } from "../keras-object.js";
import { hasMethod } from "../known-options.js";
import { findNamed, type Named } from "../names.js";
import { deserializeSchedule } from "../schedules/registry.js";
import { adam } from "./adam.js";
import { adamW } from "./adamw.js";
import type { Optimizer, OptimizerOptions } from "./optimizer.js";
import { rmsprop } from "./rmsprop.js";
import { sgd } from "./sgd.js";

/** Names by which an optimizer can be asked for. */
export type OptimizerName = "adam" | "adamW" | "sgd" | "rmsprop";

interface Entry extends Named {
  fromConfig(config: JsonObject, where: string): Optimizer;
}

const COMMON = {
  weight_decay: "number",
  clipnorm: "number",
  global_clipnorm: "number",
  clipvalue: "number",
} as const;
const ADAM = { beta_1: "number", beta_2: "number", epsilon: "number", amsgrad: "boolean" } as const;
const SGD = { momentum: "number", nesterov: "boolean" } as const;
const RMSPROP = { rho: "number", momentum: "number", epsilon: "number", centered: "boolean" } as const;

/** One row an optimiser. To add one, write its factory and its row. */
const ENTRIES: readonly Entry[] = [
  { names: ["Adam"], fromConfig: (config, where) => adam(adamOptions(config, where)) },
  { names: ["AdamW"], fromConfig: (config, where) => adamW(adamOptions(config, where)) },
  {
    names: ["SGD"],
    fromConfig(config, where) {
      const { common, own } = splitOptions(config, SGD, where);
      return sgd({ ...common, ...own });
    },
  },
  {
    names: ["RMSprop"],
    fromConfig(config, where) {
      const { common, own } = splitOptions(config, RMSPROP, where);
      return rmsprop({ ...common, ...own });
    },
  },
];

/** Entries that say nothing about what the optimiser computes here, whatever their value. */
const IRRELEVANT = ["name", "jit_compile", "is_legacy_optimizer", "ema_momentum", "ema_overwrite_frequency"];
/** Entries of things that do not exist here, and that are harmless when off. Anything else is refused as unknown. */
const OFF: readonly (readonly [string, Json])[] = [
  ["use_ema", false],
  ["adaptive_epsilon", false],
  ["decay", 0],
];

/**
 * An optimiser from itself or from its name (`adam`, `adamW`, `sgd`, `rmsprop`), with Keras's default options.
 *
 * @throws TrazoError for an unknown name, and for what is neither
 */
export function optimizerFrom(spec: OptimizerName | Optimizer | (string & {})): Optimizer {
  if (typeof spec === "string") return deserializeOptimizer(spec, "optimizer");
  if (hasMethod(spec, "update")) return spec;
  throw new TrazoError(
    `optimizer must be a name or an optimiser, e.g. optimizers.adam(), but got ${inWords(spec)}.`,
  );
}

/**
 * Reads an optimiser from a Keras configuration: a name, `{class_name, config}` (Keras 2, `Custom>Adam` in 2.11 to 2.15) or
 * `{module, class_name, config, registered_name}` (Keras 2.13 and 3). Numbers stay as read: Keras writes float32 values, such
 * as 0.0010000000474974513. An RMSprop of Keras 2.10 or older gets Keras 3's epsilon inside the root, as in Keras 3.
 *
 * @param where names the place in error messages, e.g. `best_model.h5, training_config`
 * @throws TrazoError for an unknown class or entry, a wrong value, and for what does not exist here: moving averages of the
 *   weights, accumulated gradients, a scale of the loss, and the `decay` of Keras 2.10 and older
 */
export function deserializeOptimizer(config: Json, where: string): Optimizer {
  const parsed = parseKerasObject(config, where);
  const className = parsed.className.replace(/^Custom>/, "");
  const entry = findNamed(ENTRIES, className);
  if (!entry) {
    throw new TrazoError(
      `${where}: there is no optimiser ${JSON.stringify(parsed.className)}. ` +
        `Known: ${ENTRIES.map(({ names }) => names[0]).join(", ")}.`,
    );
  }
  return locateErrors(where, () => entry.fromConfig(parsed.config, `${where}, ${className}`));
}

/** Keras's two-key form `{class_name, config}`. */
export function serializeOptimizer(optimizer: Optimizer): JsonObject {
  return { class_name: optimizer.className, config: optimizer.getConfig() };
}

function adamOptions(config: JsonObject, where: string) {
  const { common, own } = splitOptions(config, ADAM, where);
  const { beta_1: beta1, beta_2: beta2, ...rest } = own;
  return { ...common, ...rest, ...defined({ beta1, beta2 }) };
}

/** The options that every optimiser has, and those of `kinds`. */
function splitOptions<const K extends Parameters<typeof readOptions>[1]>(
  config: JsonObject,
  kinds: K,
  where: string,
): { common: OptimizerOptions; own: Options<K> } {
  const { learning_rate: rate = null, ...rest } = withoutOff(config, where);
  const isCommon = ([key]: [string, Json]): boolean => Object.hasOwn(COMMON, key);
  const entries = Object.entries(rest);
  const common = readOptions(Object.fromEntries(entries.filter(isCommon)), COMMON, where);
  const own = readOptions(Object.fromEntries(entries.filter((entry) => !isCommon(entry))), kinds, where);
  return {
    common: defined({
      learningRate: readRate(rate, `${where}, learning_rate`),
      weightDecay: common.weight_decay,
      clipnorm: common.clipnorm,
      globalClipnorm: common.global_clipnorm,
      clipvalue: common.clipvalue,
    }),
    own,
  };
}

function withoutOff(config: JsonObject, where: string): JsonObject {
  if (typeof config.decay === "number" && config.decay !== 0) {
    throw new TrazoError(
      `${where}: "decay": ${config.decay} is not supported. Its rate, learning_rate / (1 + decay * step), is what the schedule ` +
        "inverseTimeDecay gives with decaySteps 1.",
    );
  }
  const isOff = (key: string, value: Json) => OFF.some(([name, off]) => name === key && off === value);
  return Object.fromEntries(
    Object.entries(config).filter(([key, value]) => !IRRELEVANT.includes(key) && !isOff(key, value)),
  );
}

function readRate(rate: Json, where: string): OptimizerOptions["learningRate"] {
  if (rate === null || typeof rate === "number") return rate ?? undefined;
  return deserializeSchedule(rate, where);
}

/** The entries that are not undefined. */
function defined<T extends object>(entries: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
