import { type OptionsOf, withShared } from "../schema/define.js";
import { optional } from "../schema/option.js";
import { inPlace } from "./affine-sampling.js";
import { defineLayer } from "./define-layer.js";
import { factor, factorRange } from "./factor.js";
import { imageAugmentation, imageAugmentationOptions } from "./image-augmentation.js";

export type RandomZoomOptions = OptionsOf<typeof randomZoom>;

/**
 * Zooms every image about its center by factors of its own, uniform in their ranges, while training; the identity otherwise
 * (Keras's `RandomZoom`). The factors follow from the model's seed.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.randomZoom({ heightFactor: 0.2 });
 * ```
 */
export const randomZoom = defineLayer({
  className: "RandomZoom",
  options: withShared(
    {
      /**
       * The range of the fraction, above -1 and up to 1, by which more is seen along the height: 0.2 shows 1.2 times as much
       * (zooms out), -0.2 shows 0.8 times as much (zooms in).
       */
      heightFactor: factor("above -1"),
      /** The same along the width. Default: the height's number, so that shapes are kept. */
      widthFactor: optional(factor("above -1")),
    },
    imageAugmentationOptions,
  ),
  create({ heightFactor, widthFactor, ...sampling }) {
    const heights = factorRange(heightFactor);
    const widths = widthFactor === undefined ? undefined : factorRange(widthFactor);
    return imageAugmentation(sampling, {
      className: "RandomZoom",
      ranges: widths ? [heights, widths] : [heights],
      motion: (fractions) => ({
        parameters: fractions,
        directions: widths ? [(_, v) => [0, v], (u) => [u, 0]] : [inPlace],
        origin: inPlace,
      }),
    });
  },
});
