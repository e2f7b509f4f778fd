import { add, clip, mul, reshape } from "../graph/ops.js";
import type { Dim } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { defineLayer } from "./define-layer.js";
import { factor, factorRange } from "./factor.js";
import { imagesInTraining, withinRanges } from "./images-in-training.js";
import { randomOptions } from "./random-options.js";
import { valueRange } from "./value-range.js";

export type RandomBrightnessOptions = OptionsOf<typeof randomBrightness>;

/**
 * Makes every image brighter or darker by an amount of its own while training; the identity otherwise (Keras's
 * `RandomBrightness`). What leaves the range of values is cut off. The amounts follow from the model's seed.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.randomBrightness({ factor: 0.2, valueRange: [0, 1] });
 * ```
 */
export const randomBrightness = defineLayer({
  className: "RandomBrightness",
  options: {
    /** The range of what is added, as a fraction of the range of values, from -1 (black) to 1 (white): 0.2 for -0.2 to 0.2. */
    factor: factor(),
    /** The least and the greatest value of pixels. Default `[0, 255]`: for pixels from 0 to 1 say `[0, 1]`. */
    valueRange: valueRange(),
    ...randomOptions,
  },
  create: ({ factor, valueRange: [low, high] }) =>
    imagesInTraining("RandomBrightness", (x, { uniformNoise }) => {
      const batch = x.shape[0] as Dim;
      const shares = withinRanges(uniformNoise([batch, 1]), [factorRange(factor)]);
      return clip(add(x, mul(reshape(shares, [batch, 1, 1, 1]), high - low)), low, high);
    }),
});
