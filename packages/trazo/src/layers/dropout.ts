import { TrazoError } from "../errors.js";
import { mul } from "../graph/ops.js";
import { requireKnownOptions } from "../known-options.js";
import type { ConfigReader } from "./config-reader.js";
import { type Layer, type LayerOptions, layerBase, layerOptionNames } from "./layer.js";

export interface DropoutOptions extends LayerOptions {
  /** Fraction of the values set to 0 while training, from 0 to 1. */
  readonly rate: number;
}

/** The names of `DropoutOptions`, for `requireKnownOptions`. */
export const dropoutOptions = { ...layerOptionNames, rate: true } as const;

/**
 * Sets values to 0 at random while training and scales the others by 1/(1-rate); the identity
 * otherwise (Srivastava et al. 2014; Keras's `Dropout`). The masks follow from the model's seed.
 */
export function dropout(options: DropoutOptions): Layer {
  requireKnownOptions(options, dropoutOptions, "Dropout");
  const rate = dropRate(options, "Dropout");
  return {
    ...layerBase(options),
    className: "Dropout",
    build: (inputShape) => ({ outputShape: inputShape, weights: [] }),
    call: (x, _weights, context) =>
      context.training && rate > 0 ? mul(x, context.dropoutMask(rate, x.shape)) : x,
    getConfig: () => ({ rate, noise_shape: null, seed: null }),
  };
}

/** @throws TrazoError when the rate is no fraction */
export function dropRate({ rate }: DropoutOptions, className: string): number {
  if (rate >= 0 && rate <= 1) return rate;
  throw new TrazoError(`${className} rate must be from 0 to 1, but got ${rate}.`);
}

export function dropoutFromConfig(config: ConfigReader): Layer {
  config.trainingOnly("noise_shape");
  // Keras's seed selects its own generator's stream, which ours cannot reproduce.
  config.number("seed");
  return dropout({ ...config.layerOptions(), rate: config.number("rate") as number });
}
