import { staticDim } from "../graph/shape.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { positiveInteger } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";
import { repeatPixels } from "./resize-images.js";
import { asRow, fromRow, rowShape } from "./sequences.js";

export type UpSampling1dOptions = OptionsOf<typeof upSampling1d>;

/**
 * Sequences whose every step is repeated, as Keras's `UpSampling1D`. `[batch, steps, C]` to `[batch, size * steps, C]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.upSampling1d({ size: 3 });
 * ```
 */
export const upSampling1d = defineLayer({
  className: "UpSampling1D",
  options: {
    /** How often each step stands in the output. Default 2. */
    size: withDefault(positiveInteger(), 2),
  },
  create: ({ size }) => ({
    build(inputShape) {
      const [batch, , , channels] = rowShape("UpSampling1D", inputShape);
      return {
        outputShape: [batch, staticDim(inputShape, 1, "UpSampling1D") * size, channels],
        weights: [],
      };
    },
    call: (x) => fromRow(repeatPixels(asRow("UpSampling1D", x), [1, size])),
  }),
});
