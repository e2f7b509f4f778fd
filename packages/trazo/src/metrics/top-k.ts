import { add, cast, equal, greater, less, mul, oneHot, reduceSum, reshape, sub } from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { positiveInteger } from "../schema/options.js";
import { tensor } from "../tensor.js";
import { classOf } from "./accuracy.js";
import { defineKerasMetric } from "./define-metric.js";

/** Options of `topKAccuracy`. `name` is the key in logs. */
export type TopKAccuracyOptions = OptionsOf<typeof topKAccuracy>;

/**
 * The share of samples whose true class is among the k most probable ones, as Keras's
 * `TopKCategoricalAccuracy`. One-hot targets or class indices.
 *
 * @throws TrazoError unless k is a positive integer
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: [metrics.topKAccuracy({ k: 3 })] });
 * ```
 */
export const topKAccuracy = topK("TopKCategoricalAccuracy", "topKAccuracy");

/**
 * The same under the name that Keras has for class indices, `SparseTopKCategoricalAccuracy`.
 *
 * @throws TrazoError unless k is a positive integer
 * @example
 * ```ts
 * model.compile({ loss: "sparseCategoricalCrossentropy", metrics: [metrics.sparseTopKAccuracy({ k: 3 })] });
 * ```
 */
export const sparseTopKAccuracy = topK("SparseTopKCategoricalAccuracy", "sparseTopKAccuracy");

function topK(className: string, factory: string) {
  return defineKerasMetric(
    {
      className,
      aliases: [factory],
      options: {
        /** How many of the most probable classes count as right. Default 5. */
        k: withDefault(positiveInteger(), 5),
      },
      create: ({ k }) => ({
        call(targets, predictions) {
          const { dtype } = predictions;
          const classes = staticDim(predictions.shape, -1, "Top-k accuracy");
          const truth = oneHot(classOf(targets, predictions), classes, dtype);
          const own = reduceSum(mul(truth, predictions), { axes: [-1], keepDims: true });
          // Classes strictly above the true one; ties count as hits, as in TensorFlow's in_top_k.
          const above = reduceSum(cast(greater(sub(predictions, own), 0), dtype), { axes: [-1] });
          // A prediction that is not finite makes `own` NaN and does not count as a hit, as in Keras.
          const comparable = reduceSum(cast(equal(own, own), dtype), { axes: [-1] });
          return mul(cast(less(above, k), dtype), comparable);
        },
      }),
    },
    factory,
  );
}

/** 1 for the k largest of each row, else 0; of equal ones the first come first. */
export function amongTopK(x: Value, k: number): Value {
  const classes = staticDim(x.shape, -1, "The k largest outputs");
  const rows = x.shape.slice(0, -1);
  const own = reshape(x, [...rows, classes, 1]);
  const others = reshape(x, [...rows, 1, classes]);
  const before = Float32Array.from({ length: classes ** 2 }, (_, i) =>
    i % classes < Math.floor(i / classes) ? 1 : 0,
  );
  const isBefore = x.graph.constant(tensor("float32", [classes, classes], before));
  const ahead = add(cast(greater(others, own), x.dtype), mul(cast(equal(others, own), x.dtype), isBefore));
  return cast(less(reduceSum(ahead, { axes: [-1] }), k), x.dtype);
}
