import { cast, equal, greater, less, mul, oneHot, reduceSum, sub } from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { positiveInteger } from "../schema/options.js";
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
export const topKAccuracy = defineKerasMetric(
  {
    className: "TopKCategoricalAccuracy",
    aliases: ["topKAccuracy"],
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
  "topKAccuracy",
);
