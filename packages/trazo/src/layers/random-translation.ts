import { requireKnownOptions } from "../known-options.js";
import { inPlace } from "./affine-sampling.js";
import type { ConfigReader } from "./config-reader.js";
import { type FactorOption, factorFromConfig, factorRange, factorToConfig } from "./factor.js";
import {
  type ImageAugmentationOptions,
  imageAugmentation,
  imageAugmentationOptionNames,
  imageAugmentationOptionsFromConfig,
} from "./image-augmentation.js";
import type { Layer } from "./layer.js";

export interface RandomTranslationOptions extends ImageAugmentationOptions {
  /** The range of the way down, as a fraction of the height, from -1 to 1. Negative is up. */
  readonly heightFactor: FactorOption;
  /** The range of the way to the right, as a fraction of the width, from -1 to 1. Negative is left. */
  readonly widthFactor: FactorOption;
}

const randomTranslationOptions = {
  ...imageAugmentationOptionNames,
  heightFactor: true,
  widthFactor: true,
} as const;

/**
 * Shifts every image by distances of its own, uniform in their ranges, while training; the identity otherwise (Keras's
 * `RandomTranslation`). The distances follow from the model's seed; they need not be whole pixels.
 */
export function randomTranslation(options: RandomTranslationOptions): Layer {
  requireKnownOptions(options, randomTranslationOptions, "RandomTranslation");
  const { heightFactor, widthFactor } = options;
  return imageAugmentation(options, {
    className: "RandomTranslation",
    ranges: [
      factorRange(heightFactor, "RandomTranslation heightFactor"),
      factorRange(widthFactor, "RandomTranslation widthFactor"),
    ],
    motion: (fractions, { height, width }) => ({
      parameters: fractions,
      // What moves down is seen by looking up.
      directions: [() => [0, -height], () => [-width, 0]],
      origin: inPlace,
    }),
    config: { height_factor: factorToConfig(heightFactor), width_factor: factorToConfig(widthFactor) },
  });
}

export function randomTranslationFromConfig(config: ConfigReader): Layer {
  return randomTranslation({
    ...imageAugmentationOptionsFromConfig(config),
    heightFactor: factorFromConfig(config, "height_factor") as FactorOption,
    widthFactor: factorFromConfig(config, "width_factor") as FactorOption,
  });
}
