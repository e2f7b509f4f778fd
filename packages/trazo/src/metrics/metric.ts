import type { Json } from "../errors.js";
import type { Shape, Value } from "../graph/value.js";

interface NamedMetric {
  /** The key in logs, e.g. `accuracy`. */
  readonly name: string;
  /** As Keras writes it in a training configuration; what `defineMetric` makes has it of itself. */
  readonly keras: Json;
}

/** One number per sample, computed in the graph and averaged over an epoch, such as an accuracy. */
export interface MeanMetric extends NamedMetric {
  /**
   * Emits the values of a batch into its graph.
   *
   * @param targets `[batch, …]`, in whatever numeric dtype the data has
   * @param predictions `[batch, …]`, float32
   * @returns `[batch]` values of the predictions' dtype; further axes are averaged
   */
  call(targets: Value, predictions: Value): Value;
}

/**
 * A metric that is not a mean over samples, such as precision, F1 or AUC: a few sums are kept over the batches of an epoch or of
 * an evaluation, and the metric follows from them.
 *
 * @example
 * ```ts
 * import { type AccumulatedMetric, ops } from "trazo";
 *
 * // Of all samples predicted positive by a single sigmoid, the share that is positive.
 * const precision: AccumulatedMetric = {
 *   name: "precision",
 *   keras: "precision",
 *   init: () => [0, 0],
 *   update(targets, predictions, sampleWeight) {
 *     const truth = ops.reshape(ops.cast(targets, "float32"), sampleWeight.shape);
 *     const found = ops.reshape(ops.cast(ops.greater(predictions, 0.5), "float32"), sampleWeight.shape);
 *     const weighted = ops.mul(found, sampleWeight);
 *     return ops.stack([ops.reduceSum(ops.mul(weighted, truth)), ops.reduceSum(weighted)]);
 *   },
 *   result: ([hits = 0, all = 0]) => (all === 0 ? 0 : hits / all),
 * };
 * ```
 */
export interface AccumulatedMetric extends NamedMetric {
  /**
   * The state before the first batch. Its length is the number of sums; zeros, as a rule.
   *
   * @param predictionShape with the batch dimension, e.g. `[batch, classes]`
   */
  init(predictionShape: Shape): readonly number[];
  /**
   * Emits what a batch adds to the state.
   *
   * @param targets `[batch, …]`, in whatever numeric dtype the data has
   * @param predictions `[batch, …]`, float32
   * @param sampleWeight `[batch]`, float32: the samples' weights in `weightedMetrics`, and 1 for each sample in `metrics`. Where `fit` or
   *   `evaluate` is given weights of places, such as pixels, those: `[batch, height, width]`
   * @returns one number per entry of the state: a vector, or a scalar where the state has one entry
   */
  update(targets: Value, predictions: Value, sampleWeight: Value): Value;
  /** The metric's value, from the state after any number of batches. */
  result(state: readonly number[]): number;
}

/** A number that `fit` and `evaluate` report besides the loss. */
export type Metric = MeanMetric | AccumulatedMetric;

/** Whether a metric keeps a state of its own. */
export const isAccumulated = (metric: Metric): metric is AccumulatedMetric => "update" in metric;
