import { type Json, TrazoError } from "../errors.js";
import { hasMethod } from "../known-options.js";
import { deserializeSchedule, serializeSchedule } from "../schedules/registry.js";
import type { LearningRateSchedule } from "../schedules/schedule.js";
import type { GivenOptions } from "../schema/define.js";
import {
  type HiddenOption,
  keyed,
  option,
  optional,
  type RequiredOption,
  withDefault,
} from "../schema/option.js";
import { anything, boolean, discarded, integer, number, positiveInteger } from "../schema/options.js";
import type { Clipping } from "./optimizer.js";

/** What the options that all optimizers have mean when they are left out. */
export interface CommonDefaults {
  /** The configuration's `name`. */
  readonly name: string;
  readonly learningRate: number;
  /** Undefined: 0, and written as null. */
  readonly weightDecay: number | undefined;
}

/**
 * Options that every optimizer takes, in Keras's order. Those whose names begin with `keras` are hidden: only files have them,
 * and passing one by its own name is refused as unknown.
 */
export const commonOptions = ({ name, learningRate, weightDecay }: CommonDefaults) => ({
  kerasName: keyed(discarded(anything(), name), "name"),
  /** At least 0: a number, which callbacks may change, or a schedule. Default: the optimizer's own, 0.01 for `sgd`, else 0.001. */
  learningRate: withDefault(rateOrSchedule(), learningRate),
  /**
   * Before each update every trainable variable loses this share of itself times the learning rate, biases included. At least 0.
   * Default 0; 0.004 for `adamW`.
   */
  weightDecay: withDefault(
    weightDecay === undefined ? nullForZero(number({ min: 0 })) : number({ min: 0 }),
    weightDecay ?? 0,
  ),
  /** Each variable's gradient is scaled to at most this L2 norm; 0 clips nothing. Default: none. */
  clipnorm: nullForZero(optional(number({ min: 0 }))),
  /** All gradients together are scaled to at most this L2 norm; 0 clips nothing. Default: none. */
  globalClipnorm: nullForZero(optional(number({ min: 0 }))),
  /** Each gradient value is clamped to [-clipvalue, clipvalue]; 0 clips nothing. Default: none. */
  clipvalue: nullForZero(optional(number({ min: 0 }))),
  /**
   * Keep a moving average of every trainable variable, `average = emaMomentum * average + (1 - emaMomentum) * variable` after each
   * step. When `fit` ends the averages take the variables' places. Default false.
   */
  useEma: withDefault(boolean(), false),
  /** Weight of the past in those averages, from 0 to 1. Default 0.99. */
  emaMomentum: withDefault(number({ min: 0, max: 1 }), 0.99),
  /** The averages replace the variables every this many steps. Default: only when `fit` ends. */
  emaOverwriteFrequency: optional(positiveInteger()),
  /**
   * The weights are updated once per this many batches, by the mean of their gradients: as if with a larger batch. Gradients left over when
   * `fit` ends wait for the next one. At least 2. Default: with every batch.
   */
  gradientAccumulationSteps: optional(integer({ min: 2 })),
  kerasJitCompile: keyed(discarded(anything()), null, "jit_compile"),
  kerasIsLegacyOptimizer: keyed(discarded(anything()), null, "is_legacy_optimizer"),
  kerasAdaptiveEpsilon: keyed(off(), null, "adaptive_epsilon"),
  kerasDecay: keyed(decayOfKeras2(), null, "decay"),
});

export type CommonOptions = ReturnType<typeof commonOptions>;

/** Options that every optimizer takes. */
export type OptimizerOptions = GivenOptions<CommonOptions>;

/** @throws TrazoError naming `what` unless the rate is a finite number that is not negative */
export const requireRate = (rate: number, what: string): number => number({ min: 0 }).parse(rate, what);

/** A number that as a float32 lies in [0, 1): a mean that forgets nothing never learns. */
export const forgetting = (): RequiredOption<number, number> =>
  option<number>({
    expected: "a number in [0, 1), as a float32",
    accept: (value) =>
      typeof value === "number" && value >= 0 && Math.fround(value) < 1 ? value : undefined,
    json: { type: "number", minimum: 0, exclusiveMaximum: 1 },
    float: true,
  });

/**
 * The clipping that the options ask for. As in Keras, 0 clips nothing.
 *
 * @throws TrazoError for more than one, as in Keras 3
 */
export function readClipping({ clipnorm, globalClipnorm, clipvalue }: Clipping): Clipping {
  const given = Object.entries({ clipnorm, globalClipnorm, clipvalue }).filter(
    (entry): entry is [string, number] => entry[1] !== undefined,
  );
  if (given.length > 1) {
    throw new TrazoError(
      `Only one of clipnorm, globalClipnorm and clipvalue can be set, but ${given.map(([name]) => name).join(" and ")} are.`,
    );
  }
  return Object.fromEntries(given.filter(([, limit]) => limit > 0));
}

const rateOrSchedule = (): RequiredOption<number | LearningRateSchedule, number | LearningRateSchedule> =>
  option<number | LearningRateSchedule>({
    expected: "a finite number of at least 0, or a schedule",
    accept(value) {
      // Lists and texts have a method of that name, too.
      const isSchedule = typeof value === "object" && !Array.isArray(value) && hasMethod(value, "at");
      const fits = typeof value === "number" ? value >= 0 && Number.isFinite(value) : isSchedule;
      return fits ? (value as number | LearningRateSchedule) : undefined;
    },
    toKeras: (rate) => (typeof rate === "number" ? rate : serializeSchedule(rate)),
    fromKeras: (json, where, own) =>
      typeof json === "number" ? json : deserializeSchedule(json, where, own),
    json: { anyOf: [{ type: "number", minimum: 0 }, { $ref: "#/$defs/schedule" }] },
    float: true,
  });

/** Keras writes null for what is off. */
const nullForZero = <O extends { toKeras(kept: never): Json }>(base: O): O => ({
  ...base,
  toKeras: (kept: never) => (kept === 0 ? null : base.toKeras(kept)),
});

/** What does not exist here, and is harmless when off. */
const off = (): HiddenOption<false, false> => ({
  ...discarded(anything(), false),
  fromKeras(json, where) {
    if (json === false) return undefined;
    throw new TrazoError(`${where}: ${JSON.stringify(json)} is not supported, only false is.`);
  },
});

const decayOfKeras2 = (): HiddenOption<null, null> => ({
  ...discarded(anything()),
  fromKeras(json, where) {
    if (json === 0) return undefined;
    throw new TrazoError(
      `${where}: ${JSON.stringify(json)} is not supported. Its rate, learning_rate / (1 + decay * step), is what the ` +
        "schedule inverseTimeDecay gives with decaySteps 1.",
    );
  },
});
