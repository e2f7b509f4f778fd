import { TrazoError } from "../errors.js";
import { add, mul } from "../graph/ops.js";
import { requireKnownOptions } from "../known-options.js";
import type { ConfigReader } from "./config-reader.js";
import { type Layer, type LayerOptions, layerBase, layerOptionNames } from "./layer.js";

export interface GaussianNoiseOptions extends LayerOptions {
  /** Standard deviation of the noise, from 0 up; Keras 3 takes none above 1. */
  readonly stddev: number;
}

const gaussianNoiseOptions = { ...layerOptionNames, stddev: true } as const;

/**
 * Adds independent normal noise of mean 0 to every value while training; the identity otherwise (Keras's `GaussianNoise`).
 * Any shape. The noise follows from the model's seed.
 */
export function gaussianNoise(options: GaussianNoiseOptions): Layer {
  requireKnownOptions(options, gaussianNoiseOptions, "GaussianNoise");
  const { stddev } = options;
  if (!(stddev >= 0 && Number.isFinite(stddev))) {
    throw new TrazoError(`GaussianNoise stddev must be a finite number from 0 up, but got ${stddev}.`);
  }
  return {
    ...layerBase(options),
    className: "GaussianNoise",
    build: (inputShape) => ({ outputShape: inputShape, weights: [] }),
    call: (x, _weights, context) =>
      context.training && stddev > 0 ? add(x, mul(context.normalNoise(x.shape), stddev)) : x,
    getConfig: () => ({ stddev, seed: null }),
  };
}

export function gaussianNoiseFromConfig(config: ConfigReader): Layer {
  // Keras's seed selects its own generator's stream, which ours cannot reproduce.
  config.number("seed");
  return gaussianNoise({ ...config.layerOptions(), stddev: config.number("stddev") as number });
}
