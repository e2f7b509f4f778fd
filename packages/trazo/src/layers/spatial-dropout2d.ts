import { requireImages } from "../graph/operators/semantic.js";
import { mul } from "../graph/ops.js";
import type { Dim } from "../graph/value.js";
import { keyed } from "../schema/option.js";
import { number, only } from "../schema/options.js";
import { dataFormat } from "./channels-first.js";
import { defineLayer } from "./define-layer.js";
import { kerasSeed } from "./dropout.js";

/**
 * Sets whole channels of an image to 0 at random while training and scales the others by 1/(1-rate); the identity
 * otherwise (Tompson et al. 2015; Keras's `SpatialDropout2D`). `[batch, height, width, channels]`, in which neighboring
 * pixels tell much the same, so that dropping single ones would hide little. The masks follow from the model's seed.
 *
 * @throws TrazoError for a rate outside [0, 1]
 * @example
 * ```ts
 * layers.spatialDropout2d({ rate: 0.25 });
 * ```
 */
export const spatialDropout2d = defineLayer({
  className: "SpatialDropout2D",
  options: {
    /** Fraction of the channels set to 0 while training, from 0 to 1. */
    rate: number({ min: 0, max: 1 }),
    seed: kerasSeed(),
    dataFormat: dataFormat(),
    noiseShape: keyed(only(null), null, "noise_shape"),
  },
  create: ({ rate }) => ({
    build(inputShape) {
      requireImages("SpatialDropout2D", inputShape);
      return { outputShape: inputShape, weights: [] };
    },
    call(x, _weights, context) {
      const [batch, , , channels] = x.shape as [Dim, Dim, Dim, Dim];
      return context.training && rate > 0 ? mul(x, context.dropoutMask(rate, [batch, 1, 1, channels])) : x;
    },
  }),
});
