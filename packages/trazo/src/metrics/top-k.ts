import { TrazoError } from "../errors.js";
import { cast, equal, greater, less, mul, oneHot, reduceSum, sub } from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import { requireKnownOptions } from "../known-options.js";
import { classOf } from "./accuracy.js";
import type { MeanMetric } from "./metric.js";

export interface TopKAccuracyOptions {
  /** How many of the most probable classes count as right, from 1 up. Default 5. */
  readonly k?: number | undefined;
  /** The key in logs. Default `top_k_categorical_accuracy`. */
  readonly name?: string | undefined;
}

/**
 * The share of samples whose true class is among the k most probable ones, as Keras's
 * `TopKCategoricalAccuracy`. One-hot targets or class indices.
 */
export function topKAccuracy(options: TopKAccuracyOptions = {}): MeanMetric {
  requireKnownOptions(options, { k: true, name: true }, "topKAccuracy");
  const { k = 5, name = "top_k_categorical_accuracy" } = options;
  if (!Number.isInteger(k) || k < 1)
    throw new TrazoError(`top-k accuracy needs a whole k above 0, but got ${k}.`);
  return {
    name,
    keras: { class_name: "TopKCategoricalAccuracy", config: { name, dtype: "float32", k } },
    call(targets, predictions) {
      const { dtype } = predictions;
      const classes = staticDim(predictions.shape, -1, "Top-k accuracy");
      const truth = oneHot(classOf(targets, predictions), classes, dtype);
      const own = reduceSum(mul(truth, predictions), { axes: [-1], keepDims: true });
      // Classes strictly above the true one; ties count as hits, as in TensorFlow's in_top_k.
      const above = reduceSum(cast(greater(sub(predictions, own), 0), dtype), { axes: [-1] });
      // A prediction that is not finite makes `own` NaN, and is no hit, as there.
      const comparable = reduceSum(cast(equal(own, own), dtype), { axes: [-1] });
      return mul(cast(less(above, k), dtype), comparable);
    },
  };
}
