import { concat, cos, mul, sin } from "../graph/ops.js";
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

export interface RandomRotationOptions extends ImageAugmentationOptions {
  /** The range of the angle in whole turns, from -1 to 1: 0.1 for up to 36 degrees either way. */
  readonly factor: FactorOption;
}

const randomRotationOptions = { ...imageAugmentationOptionNames, factor: true } as const;

/**
 * Turns every image about its centre by an angle of its own, uniform in the range, while training; the identity otherwise
 * (Keras's `RandomRotation`). Positive angles turn counter-clockwise. The angles follow from the model's seed.
 */
export function randomRotation(options: RandomRotationOptions): Layer {
  requireKnownOptions(options, randomRotationOptions, "RandomRotation");
  return imageAugmentation(options, {
    className: "RandomRotation",
    ranges: [factorRange(options.factor, "RandomRotation factor")],
    motion(turns) {
      const angle = mul(turns, 2 * Math.PI);
      return {
        parameters: concat([cos(angle), sin(angle)], 1),
        directions: [inPlace, (u, v) => [-v, u]],
        origin: () => [0, 0],
      };
    },
    config: { factor: factorToConfig(options.factor) },
  });
}

export function randomRotationFromConfig(config: ConfigReader): Layer {
  return randomRotation({
    ...imageAugmentationOptionsFromConfig(config),
    factor: factorFromConfig(config, "factor") as FactorOption,
  });
}
