import { defineMetric, ops, options } from "trazo";

/**
 * The F1 score of a model with one probability per sample: the harmonic mean of precision and recall, over all samples of an
 * epoch or an evaluation. Targets are 0 and 1, `[batch]` or `[batch, 1]`.
 */
export const f1Score = defineMetric({
  className: "BinaryF1",
  options: {
    /** A prediction above it counts as positive. Default 0.5. */
    threshold: options.withDefault(options.number({ min: 0, max: 1 }), 0.5),
  },
  create: ({ threshold }) => ({
    // Samples that are positive and found, all that were found, all that are positive.
    init: () => [0, 0, 0],
    update(targets, predictions, sampleWeight) {
      const flat = sampleWeight.shape;
      const truth = ops.mul(ops.reshape(ops.cast(targets, "float32"), flat), sampleWeight);
      const found = ops.reshape(ops.cast(ops.greater(predictions, threshold), "float32"), flat);
      const sums = [ops.mul(truth, found), ops.mul(found, sampleWeight), truth];
      return ops.stack(sums.map((values) => ops.reduceSum(values)));
    },
    result([hits = 0, found = 0, positive = 0]) {
      return found + positive === 0 ? 0 : (2 * hits) / (found + positive);
    },
  }),
});
