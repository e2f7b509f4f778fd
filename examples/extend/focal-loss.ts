import { defineLoss, ops, options } from "trazo";

/**
 * Cross-entropy in which samples that are predicted well count little (Lin et al., 2017): `-(1 - p)^gamma * log p`, where p is
 * the probability of the true class. One-hot targets and probabilities, both `[batch, classes]`.
 */
export const focalLoss = defineLoss({
  className: "FocalLoss",
  options: {
    /** 0 gives the cross-entropy. Default 2. */
    gamma: options.withDefault(options.number({ min: 0 }), 2),
  },
  create: ({ gamma }) => ({
    call(targets, predictions) {
      const truth = ops.cast(targets, "float32");
      const p = ops.clip(predictions, 1e-7, 1 - 1e-7);
      const each = ops.mul(ops.pow(ops.sub(1, p), gamma), ops.log(p));
      return ops.neg(ops.reduceSum(ops.mul(truth, each), { axes: [-1] }));
    },
  }),
});
