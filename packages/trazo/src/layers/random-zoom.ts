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

export interface RandomZoomOptions extends ImageAugmentationOptions {
  /**
   * The range of the fraction, above -1 and up to 1, by which more is seen along the height: 0.2 shows 1.2 times as much
   * (zooms out), -0.2 shows 0.8 times as much (zooms in).
   */
  readonly heightFactor: FactorOption;
  /** The same along the width. Default: the height's number, so that shapes are kept. */
  readonly widthFactor?: FactorOption | undefined;
}

const randomZoomOptions = { ...imageAugmentationOptionNames, heightFactor: true, widthFactor: true } as const;

/**
 * Zooms every image about its centre by factors of its own, uniform in their ranges, while training; the identity otherwise
 * (Keras's `RandomZoom`). The factors follow from the model's seed.
 */
export function randomZoom(options: RandomZoomOptions): Layer {
  requireKnownOptions(options, randomZoomOptions, "RandomZoom");
  const { heightFactor, widthFactor } = options;
  const heights = factorRange(heightFactor, "RandomZoom heightFactor", "above -1");
  const widths =
    widthFactor === undefined ? undefined : factorRange(widthFactor, "RandomZoom widthFactor", "above -1");
  return imageAugmentation(options, {
    className: "RandomZoom",
    ranges: widths ? [heights, widths] : [heights],
    motion: (fractions) => ({
      parameters: fractions,
      directions: widths ? [(_, v) => [0, v], (u) => [u, 0]] : [inPlace],
      origin: inPlace,
    }),
    config: {
      height_factor: factorToConfig(heightFactor),
      width_factor: widthFactor === undefined ? null : factorToConfig(widthFactor),
    },
  });
}

export function randomZoomFromConfig(config: ConfigReader): Layer {
  return randomZoom({
    ...imageAugmentationOptionsFromConfig(config),
    heightFactor: factorFromConfig(config, "height_factor") as FactorOption,
    widthFactor: factorFromConfig(config, "width_factor"),
  });
}
