import { clip, concat, mul, reduceSum, reshape, sigmoid, sub } from "../graph/ops.js";
import { productOf, staticDim } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { optional, withDefault } from "../schema/option.js";
import { boolean, integer, numbers, oneOf, only, positiveInteger } from "../schema/options.js";
import { type Area, areaUnder, type Counts } from "./area.js";
import { defineKerasSums } from "./define-metric.js";
import { truthOf } from "./found-and-true.js";
import { weightsFor } from "./precision.js";
import { aboveEach, aboveEven } from "./thresholds.js";

/** Options of `auc`. `name` is the key in logs. */
export type AucOptions = OptionsOf<typeof auc>;

/**
 * The area under the curve of recall over the false-alarm rate (`"ROC"`) or of precision over recall (`"PR"`), approximated from
 * counts at fixed thresholds, as Keras's `AUC`. For the exact area after `predict` see `rocCurve`.
 *
 * Predictions from 0 to 1; targets of 0 and 1 in the same shape, or class numbers `[batch]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * model.compile({ loss: "binaryCrossentropy", metrics: [metrics.auc({ curve: "PR" })] });
 * ```
 */
export const auc = defineKerasSums({
  className: "AUC",
  options: {
    /** How many thresholds, evenly from 0 to 1. At least 2. Default 200. */
    numThresholds: withDefault(integer({ min: 2 }), 200),
    /** Default `"ROC"`. */
    curve: withDefault(oneOf(["ROC", "PR"]), "ROC"),
    /** Between two thresholds: the trapezoid (default; for `"PR"` Davis and Goadrich's formula), the larger or the smaller side. */
    summationMethod: withDefault(oneOf(["interpolation", "majoring", "minoring"]), "interpolation"),
    /** One area per output, of which the mean is reported, instead of one over all outputs together. Default false. */
    multiLabel: withDefault(boolean(), false),
    /** Of no effect: the model's outputs say it. */
    numLabels: optional(positiveInteger()),
    labelWeights: only(null),
    /** The predictions are logits: the sigmoid is taken first. Default false. */
    fromLogits: withDefault(boolean(), false),
    /** Thresholds of your own between 0 and 1, in place of `numThresholds`. */
    thresholds: optional(numbers({ min: 0, max: 1 })),
  },
  create({ numThresholds, curve, summationMethod, multiLabel, fromLogits, thresholds }) {
    const inner = thresholds && [...thresholds].sort((a, b) => a - b);
    const count = inner ? inner.length + 2 : numThresholds;
    const area: Area = { curve, summation: summationMethod };
    const labelsIn = (shape: Value["shape"]): number => (multiLabel ? staticDim(shape, -1, "AUC") : 1);
    return {
      init: (shape) => new Array<number>(2 * (count + 1) * labelsIn(shape)).fill(0),
      update(targets, predictions, sampleWeight) {
        const labels = labelsIn(predictions.shape);
        const rows = [productOf(multiLabel ? predictions.shape.slice(0, -1) : predictions.shape), labels];
        const column = (x: Value): Value => reshape(x, [...rows, 1]);
        const p = fromLogits ? sigmoid(predictions) : predictions;
        const truth = truthOf(targets, predictions, "AUC");
        const weight = weightsFor(truth, sampleWeight);
        const [yes, no] = [column(mul(truth, weight)), column(mul(sub(1, truth), weight))];
        const found = inner ? aboveEach(clip(column(p), 0, 1), withEnds(inner)) : aboveEven(column(p), count);
        const sum = (x: Value): Value => reshape(reduceSum(x, { axes: [0] }), [productOf(x.shape.slice(1))]);
        return concat([sum(mul(found, yes)), sum(mul(found, no)), sum(yes), sum(no)], 0);
      },
      result(state) {
        const labels = state.length / (2 * (count + 1));
        const areas = Array.from({ length: labels }, (_, label) =>
          areaUnder(countsOf(state, label, count), area),
        );
        return areas.reduce((a, b) => a + b, 0) / labels;
      },
    };
  },
});

/** The first and last lie just outside of [0, 1]. */
const withEnds = (inner: readonly number[]): readonly number[] => [-1e-7, ...inner, 1 + 1e-7];

function countsOf(state: readonly number[], label: number, count: number): Counts {
  const labels = state.length / (2 * (count + 1));
  const found = (at: number): number[] => state.slice((at + label) * count, (at + label + 1) * count);
  const totals = state.slice(2 * labels * count);
  return {
    hits: found(0),
    alarms: found(labels),
    positives: totals[label] ?? 0,
    negatives: totals[labels + label] ?? 0,
  };
}
