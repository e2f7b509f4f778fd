import { concat, cos, mul, sin } from "../graph/ops.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { inPlace } from "./affine-sampling.js";
import { defineLayer } from "./define-layer.js";
import { factor, factorRange } from "./factor.js";
import { imageAugmentation, imageAugmentationOptions } from "./image-augmentation.js";

export type RandomRotationOptions = OptionsOf<typeof randomRotation>;

/**
 * Turns every image about its center by an angle of its own, uniform in the range, while training; the identity otherwise
 * (Keras's `RandomRotation`). Positive angles turn counter-clockwise. The angles follow from the model's seed.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.randomRotation({ factor: 0.1 });
 * ```
 */
export const randomRotation = defineLayer({
  className: "RandomRotation",
  options: withShared(
    {
      /** The range of the angle in whole turns, from -1 to 1: 0.1 for up to 36 degrees either way. */
      factor: factor(),
    },
    imageAugmentationOptions,
  ),
  create: ({ factor, ...sampling }) =>
    imageAugmentation(sampling, {
      className: "RandomRotation",
      ranges: [factorRange(factor)],
      motion(turns) {
        const angle = mul(turns, 2 * Math.PI);
        return {
          parameters: concat([cos(angle), sin(angle)], 1),
          directions: [inPlace, (u, v) => [-v, u]],
          origin: () => [0, 0],
        };
      },
    }),
});
