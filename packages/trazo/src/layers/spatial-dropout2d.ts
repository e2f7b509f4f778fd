import { requireImages } from "../graph/operators/semantic.js";
import { mul } from "../graph/ops.js";
import type { Dim } from "../graph/value.js";
import { requireKnownOptions } from "../known-options.js";
import type { ConfigReader } from "./config-reader.js";
import { type DropoutOptions, dropoutOptions, dropRate } from "./dropout.js";
import { type Layer, layerBase } from "./layer.js";

/**
 * Sets whole channels of an image to 0 at random while training and scales the others by 1/(1-rate); the identity
 * otherwise (Tompson et al. 2015; Keras's `SpatialDropout2D`). `[batch, height, width, channels]`, in which neighbouring
 * pixels tell much the same, so that dropping single ones would hide little. The masks follow from the model's seed.
 */
export function spatialDropout2d(options: DropoutOptions): Layer {
  requireKnownOptions(options, dropoutOptions, "SpatialDropout2D");
  const rate = dropRate(options, "SpatialDropout2D");
  return {
    ...layerBase(options),
    className: "SpatialDropout2D",
    build(inputShape) {
      requireImages("SpatialDropout2D", inputShape);
      return { outputShape: inputShape, weights: [] };
    },
    call(x, _weights, context) {
      const [batch, , , channels] = x.shape as [Dim, Dim, Dim, Dim];
      return context.training && rate > 0 ? mul(x, context.dropoutMask(rate, [batch, 1, 1, channels])) : x;
    },
    getConfig: () => ({ rate, seed: null, data_format: "channels_last" }),
  };
}

export function spatialDropout2dFromConfig(config: ConfigReader): Layer {
  config.only("data_format", "channels_last");
  config.only("noise_shape");
  // Keras's seed selects its own generator's stream, which ours cannot reproduce.
  config.number("seed");
  return spatialDropout2d({ ...config.layerOptions(), rate: config.number("rate") as number });
}
