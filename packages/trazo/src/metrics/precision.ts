import { TrazoError } from "../errors.js";
import { cast, greater, mul, reduceSum, reshape, slice, stack } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { optional } from "../schema/option.js";
import { integer, number, positiveInteger } from "../schema/options.js";
import { defineKerasSums } from "./define-metric.js";
import { truthOf } from "./found-and-true.js";
import { amongTopK } from "./top-k.js";

const finite = number();

/** The threshold that the outputs are compared with: one, as logs cannot hold lists. */
export const threshold = () =>
  optional({
    ...finite,
    fromKeras: (json: unknown) => (Array.isArray(json) && json.length === 1 ? json[0] : json),
  } as typeof finite);

const options = {
  /**
   * An output above it counts as 1, any other as 0. Default 0.5; with `topK` every one of the k outputs counts.
   */
  thresholds: threshold(),
  /** Only a sample's k largest outputs may count as 1. Default: all. */
  topK: optional(positiveInteger()),
  /** Only this output counts. Default: all. */
  classId: optional(integer({ min: 0 })),
};

/** Precision and recall differ in what the hits are divided by. */
const shareOfHits = (className: string, whole: (found: Value, truth: Value) => Value) =>
  defineKerasSums({
    className,
    options,
    create: ({ thresholds, topK, classId }) => ({
      init: () => [0, 0],
      update(targets, predictions, sampleWeight) {
        const least = thresholds ?? (topK === undefined ? 0.5 : Number.NEGATIVE_INFINITY);
        const above = cast(greater(predictions, Math.max(least, -1e10)), predictions.dtype);
        const found = onlyClass(
          topK === undefined ? above : mul(above, amongTopK(predictions, topK)),
          classId,
        );
        const truth = onlyClass(truthOf(targets, predictions, className), classId);
        const weight = (x: Value): Value => mul(x, weightsFor(x, sampleWeight));
        return stack([reduceSum(weight(mul(found, truth))), reduceSum(weight(whole(found, truth)))]);
      },
      result: ([hits = 0, all = 0]) => (all === 0 ? 0 : hits / all),
    }),
  });

/** Options of `precision` and `recall`. `name` is the key in logs. */
export type PrecisionOptions = OptionsOf<typeof precision>;

/**
 * Of the outputs found to be 1, the share that is 1 in truth, as Keras's `Precision`. Every output of a sample counts by itself;
 * for one class of several give `classId`. Where nothing was found it is 0.
 *
 * Targets of 0 and 1 in the shape of the predictions, or class numbers `[batch]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * model.compile({ loss: "binaryCrossentropy", metrics: [metrics.precision({ thresholds: 0.7 })] });
 * ```
 */
export const precision = shareOfHits("Precision", (found) => found);

/**
 * Of the outputs that are 1 in truth, the share found, as Keras's `Recall`. Every output of a sample counts by itself; for one
 * class of several give `classId`. Where nothing is 1 in truth it is 0.
 *
 * Targets of 0 and 1 in the shape of the predictions, or class numbers `[batch]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * model.compile({ loss: "categoricalCrossentropy", metrics: [metrics.recall({ classId: 3 })] });
 * ```
 */
export const recall = shareOfHits("Recall", (_found, truth) => truth);

/** One output of each row; all where none is named. */
export const onlyClass = (x: Value, classId: number | undefined): Value =>
  classId === undefined ? x : slice(x, -1, classId, classId + 1);

/** The weights of samples, or of their places, to be multiplied with one number per output. */
export function weightsFor(x: Value, sampleWeight: Value): Value {
  const { shape } = sampleWeight;
  const more = x.shape.length - shape.length;
  if (more >= 0) return reshape(sampleWeight, [...shape, ...new Array<number>(more).fill(1)]);
  throw new TrazoError(
    `A weighted metric has values of shape ${formatShape(x.shape)}, but sampleWeight has ${formatShape(shape)}.`,
  );
}
