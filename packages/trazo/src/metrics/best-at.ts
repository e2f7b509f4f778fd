import { concat, mul, reduceSum, reshape, sub } from "../graph/ops.js";
import { productOf } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { optional, type RequiredOption, withDefault } from "../schema/option.js";
import { integer, number, positiveInteger } from "../schema/options.js";
import { type Counts, share } from "./area.js";
import { defineKerasSums } from "./define-metric.js";
import { truthOf } from "./found-and-true.js";
import type { AccumulatedMetric } from "./metric.js";
import { onlyClass, weightsFor } from "./precision.js";
import { aboveEach, aboveEven } from "./thresholds.js";

const given = {
  /** Only this output counts. Default: all. */
  classId: optional(integer({ min: 0 })),
  /** How many thresholds are tried, evenly from 0 to 1; one is 0.5. Default 200. */
  numThresholds: withDefault(positiveInteger(), 200),
};

/** A name of its own, so that declarations keep what is said of each option. */
export interface BestAtDefinition extends Readonly<typeof given> {}

const shared: BestAtDefinition = given;
const atLeast = (): RequiredOption<number, number> => number({ min: 0, max: 1 });

interface Tried {
  readonly classId: number | undefined;
  readonly numThresholds: number;
  /** What the one quantity must at least be. */
  readonly least: number;
}

/** A quantity at each of the thresholds. */
type Quantity = (counts: Counts) => readonly number[];

const recall: Quantity = ({ hits, positives }) => hits.map((hit) => share(hit, positives));
const precision: Quantity = ({ hits, alarms }) => hits.map((hit, i) => share(hit, hit + (alarms[i] ?? 0)));
const specificity: Quantity = ({ alarms, negatives }) =>
  alarms.map((alarm) => share(negatives - alarm, negatives));

/** The best of one quantity among the thresholds where another is high enough; 0 where there is none. */
const best = (
  className: string,
  { classId, numThresholds, least }: Tried,
  high: Quantity,
  wanted: Quantity,
): Pick<AccumulatedMetric, "init" | "update" | "result"> => ({
  init: () => new Array<number>(2 * numThresholds + 2).fill(0),
  update(targets, predictions, sampleWeight) {
    const p = onlyClass(predictions, classId);
    const truth = onlyClass(truthOf(targets, predictions, className), classId);
    const weight = weightsFor(truth, sampleWeight);
    const column = (x: Value): Value => reshape(x, [productOf(x.shape), 1]);
    const [yes, no] = [column(mul(truth, weight)), column(mul(sub(1, truth), weight))];
    const found = numThresholds === 1 ? aboveEach(column(p), [0.5]) : aboveEven(column(p), numThresholds);
    const sum = (x: Value): Value => reduceSum(x, { axes: [0] });
    return concat([sum(mul(found, yes)), sum(mul(found, no)), sum(yes), sum(no)], 0);
  },
  result(state) {
    const [positives = 0, negatives = 0] = state.slice(2 * numThresholds);
    const counts: Counts = {
      hits: state.slice(0, numThresholds),
      alarms: state.slice(numThresholds, 2 * numThresholds),
      positives,
      negatives,
    };
    const values = wanted(counts);
    // Keras compares floats of 32 bits.
    const isHigh = high(counts).map((value) => Math.fround(value) >= Math.fround(least));
    return Math.max(0, ...values.filter((_, i) => isHigh[i]));
  },
});

/** Options of `precisionAtRecall`. `name` is the key in logs. */
export type PrecisionAtRecallOptions = OptionsOf<typeof precisionAtRecall>;

/**
 * The best precision among thresholds at which the recall is high enough, as Keras's `PrecisionAtRecall`. Predictions from 0 to 1;
 * targets of 0 and 1 in the same shape, or class numbers `[batch]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * model.compile({ loss: "binaryCrossentropy", metrics: [metrics.precisionAtRecall({ recall: 0.9 })] });
 * ```
 */
export const precisionAtRecall = defineKerasSums({
  className: "PrecisionAtRecall",
  options: withShared(
    {
      /** The least recall, from 0 to 1. */
      recall: atLeast(),
    },
    shared,
  ),
  create: ({ recall: least, ...options }) =>
    best("PrecisionAtRecall", { ...options, least }, recall, precision),
});

/** Options of `recallAtPrecision`. `name` is the key in logs. */
export type RecallAtPrecisionOptions = OptionsOf<typeof recallAtPrecision>;

/**
 * The best recall among thresholds at which the precision is high enough, as Keras's `RecallAtPrecision`. Targets as for
 * `precisionAtRecall`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * model.compile({ loss: "binaryCrossentropy", metrics: [metrics.recallAtPrecision({ precision: 0.9 })] });
 * ```
 */
export const recallAtPrecision = defineKerasSums({
  className: "RecallAtPrecision",
  options: withShared(
    {
      /** The least precision, from 0 to 1. */
      precision: atLeast(),
    },
    shared,
  ),
  create: ({ precision: least, ...options }) =>
    best("RecallAtPrecision", { ...options, least }, precision, recall),
});

/** Options of `sensitivityAtSpecificity`. `name` is the key in logs. */
export type SensitivityAtSpecificityOptions = OptionsOf<typeof sensitivityAtSpecificity>;

/**
 * The best sensitivity (recall) among thresholds at which the specificity, the share of what is 0 that is found to be, is high enough,
 * as Keras's `SensitivityAtSpecificity`. Targets as for `precisionAtRecall`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * const screening = metrics.sensitivityAtSpecificity({ specificity: 0.95 });
 * ```
 */
export const sensitivityAtSpecificity = defineKerasSums({
  className: "SensitivityAtSpecificity",
  options: withShared(
    {
      /** The least specificity, from 0 to 1. */
      specificity: atLeast(),
    },
    shared,
  ),
  create: ({ specificity: least, ...options }) =>
    best("SensitivityAtSpecificity", { ...options, least }, specificity, recall),
});

/** Options of `specificityAtSensitivity`. `name` is the key in logs. */
export type SpecificityAtSensitivityOptions = OptionsOf<typeof specificityAtSensitivity>;

/**
 * The best specificity among thresholds at which the sensitivity (recall) is high enough, as Keras's `SpecificityAtSensitivity`.
 * Targets as for `precisionAtRecall`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * const screening = metrics.specificityAtSensitivity({ sensitivity: 0.95 });
 * ```
 */
export const specificityAtSensitivity = defineKerasSums({
  className: "SpecificityAtSensitivity",
  options: withShared(
    {
      /** The least sensitivity, from 0 to 1. */
      sensitivity: atLeast(),
    },
    shared,
  ),
  create: ({ sensitivity: least, ...options }) =>
    best("SpecificityAtSensitivity", { ...options, least }, recall, specificity),
});
