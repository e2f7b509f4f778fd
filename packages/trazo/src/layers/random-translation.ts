import { type OptionsOf, withShared } from "../schema/define.js";
import { inPlace } from "./affine-sampling.js";
import { defineLayer } from "./define-layer.js";
import { factor, factorRange } from "./factor.js";
import { imageAugmentation, imageAugmentationOptions } from "./image-augmentation.js";

export type RandomTranslationOptions = OptionsOf<typeof randomTranslation>;

/**
 * Shifts every image by distances of its own, uniform in their ranges, while training; the identity otherwise (Keras's
 * `RandomTranslation`). The distances follow from the model's seed; they need not be whole pixels.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1 });
 * ```
 */
export const randomTranslation = defineLayer({
  className: "RandomTranslation",
  options: withShared(
    {
      /** The range of the way down, as a fraction of the height, from -1 to 1. Negative is up. */
      heightFactor: factor(),
      /** The range of the way to the right, as a fraction of the width, from -1 to 1. Negative is left. */
      widthFactor: factor(),
    },
    imageAugmentationOptions,
  ),
  create: ({ heightFactor, widthFactor, ...sampling }) =>
    imageAugmentation(sampling, {
      className: "RandomTranslation",
      ranges: [factorRange(heightFactor), factorRange(widthFactor)],
      motion: (fractions, { height, width }) => ({
        parameters: fractions,
        // What moves down is seen by looking up.
        directions: [() => [0, -height], () => [-width, 0]],
        origin: inPlace,
      }),
    }),
});
