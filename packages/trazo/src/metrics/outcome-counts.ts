import { cast, greater, mul, reduceSum, reshape, sub } from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { defineKerasSums } from "./define-metric.js";
import { truthOf } from "./found-and-true.js";
import { threshold, weightsFor } from "./precision.js";

/** How many outputs, or how much weight, something is true of. */
const counting = (className: string, counted: (found: Value, truth: Value) => Value) =>
  defineKerasSums({
    className,
    options: {
      /** An output above it counts as 1, any other as 0. Default 0.5. */
      thresholds: threshold(),
    },
    create: ({ thresholds = 0.5 }) => ({
      init: () => [0],
      update(targets, predictions, sampleWeight) {
        const found = cast(greater(predictions, thresholds), predictions.dtype);
        const those = counted(found, truthOf(targets, predictions, className));
        return reshape(reduceSum(mul(those, weightsFor(those, sampleWeight))), [1]);
      },
      result: ([count = 0]) => count,
    }),
  });

/** Options of `truePositives`, `trueNegatives`, `falsePositives` and `falseNegatives`. `name` is the key in logs. */
export type OutcomeCountOptions = OptionsOf<typeof truePositives>;

/**
 * How many outputs are found to be 1 and are, as Keras's `TruePositives`. Targets of 0 and 1 in the shape of the predictions, or class
 * numbers `[batch]`.
 *
 * @throws TrazoError for a wrong option, and where targets and predictions do not go together
 * @example
 * ```ts
 * model.compile({ loss: "binaryCrossentropy", metrics: [metrics.truePositives({ thresholds: 0.7 })] });
 * ```
 */
export const truePositives = counting("TruePositives", mul);

/**
 * How many outputs are found to be 0 and are, as Keras's `TrueNegatives`. Targets as for `truePositives`.
 *
 * @throws TrazoError for a wrong option, and where targets and predictions do not go together
 * @example
 * ```ts
 * model.compile({ loss: "binaryCrossentropy", metrics: [metrics.trueNegatives()] });
 * ```
 */
export const trueNegatives = counting("TrueNegatives", (found, truth) => mul(sub(1, found), sub(1, truth)));

/**
 * How many outputs are found to be 1 and are not, as Keras's `FalsePositives`. Targets as for `truePositives`.
 *
 * @throws TrazoError for a wrong option, and where targets and predictions do not go together
 * @example
 * ```ts
 * model.compile({ loss: "binaryCrossentropy", metrics: [metrics.falsePositives()] });
 * ```
 */
export const falsePositives = counting("FalsePositives", (found, truth) => mul(found, sub(1, truth)));

/**
 * How many outputs are found to be 0 and are not, as Keras's `FalseNegatives`. Targets as for `truePositives`.
 *
 * @throws TrazoError for a wrong option, and where targets and predictions do not go together
 * @example
 * ```ts
 * model.compile({ loss: "binaryCrossentropy", metrics: [metrics.falseNegatives()] });
 * ```
 */
export const falseNegatives = counting("FalseNegatives", (found, truth) => mul(sub(1, found), truth));
