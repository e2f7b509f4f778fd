import { add, mul } from "../graph/ops.js";
import type { OptionsOf } from "../schema/define.js";
import { number } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";
import { kerasSeed } from "./dropout.js";

export type GaussianNoiseOptions = OptionsOf<typeof gaussianNoise>;

/**
 * Adds independent normal noise of mean 0 to every value while training; the identity otherwise (Keras's `GaussianNoise`).
 * Any shape. The noise follows from the model's seed.
 *
 * @throws TrazoError for a negative or infinite spread
 * @example
 * ```ts
 * layers.gaussianNoise({ stddev: 0.1 });
 * ```
 */
export const gaussianNoise = defineLayer({
  className: "GaussianNoise",
  options: {
    /** Standard deviation of the noise, at least 0; Keras 3 takes none above 1. */
    stddev: number({ min: 0 }),
    seed: kerasSeed(),
  },
  create: ({ stddev }) => ({
    build: (inputShape) => ({ outputShape: inputShape, weights: [] }),
    call: (x, _weights, context) =>
      context.training && stddev > 0 ? add(x, mul(context.normalNoise(x.shape), stddev)) : x,
  }),
});
