import { mul } from "../graph/ops.js";
import type { OptionsOf } from "../schema/define.js";
import { discarded, number, trainingOnly } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";

/** Keras's seed selects its own generator's stream, which ours cannot reproduce. */
export const kerasSeed = () => discarded(number());

export type DropoutOptions = OptionsOf<typeof dropout>;

/**
 * Sets values to 0 at random while training and scales the others by 1/(1-rate); the identity
 * otherwise (Srivastava et al. 2014; Keras's `Dropout`). The masks follow from the model's seed.
 *
 * @throws TrazoError for a rate outside [0, 1]
 * @example
 * ```ts
 * layers.dropout({ rate: 0.5 });
 * ```
 */
export const dropout = defineLayer({
  className: "Dropout",
  options: {
    /** Fraction of the values set to 0 while training, from 0 to 1. */
    rate: number({ min: 0, max: 1 }),
    noiseShape: trainingOnly(),
    seed: kerasSeed(),
  },
  create: ({ rate }) => ({
    build: (inputShape) => ({ outputShape: inputShape, weights: [] }),
    call: (x, _weights, context) =>
      context.training && rate > 0 ? mul(x, context.dropoutMask(rate, x.shape)) : x,
  }),
});
