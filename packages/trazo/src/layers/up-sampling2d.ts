import { requireImages } from "../graph/operators/semantic.js";
import { staticDim } from "../graph/shape.js";
import type { Dim } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { oneOf, size } from "../schema/options.js";
import { dataFormat } from "./channels-first.js";
import { defineLayer } from "./define-layer.js";
import { repeatPixels, resizeImages } from "./resize-images.js";

export type UpSampling2dOptions = OptionsOf<typeof upSampling2d>;

/**
 * Images enlarged by whole factors, as Keras's `UpSampling2D`. `[batch, H, W, C]` to `[batch, size * H, size * W, C]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.upSampling2d({ size: 2, interpolation: "bilinear" });
 * ```
 */
export const upSampling2d = defineLayer({
  className: "UpSampling2D",
  options: {
    /** Factors of height and width. Default 2. */
    size: withDefault(size(), 2),
    dataFormat: dataFormat(),
    /** `"nearest"` (default) repeats pixels, `"bilinear"` interpolates between them. */
    interpolation: withDefault(oneOf(["nearest", "bilinear"]), "nearest"),
  },
  create({ size: [down, across], interpolation }) {
    const sizeFor = (shape: readonly Dim[]): [number, number] => [
      staticDim(shape, 1, "UpSampling2D") * down,
      staticDim(shape, 2, "UpSampling2D") * across,
    ];
    return {
      build(inputShape) {
        requireImages("UpSampling2D", inputShape);
        return {
          outputShape: [inputShape[0] as Dim, ...sizeFor(inputShape), inputShape[3] as Dim],
          weights: [],
        };
      },
      call: (x) =>
        interpolation === "nearest"
          ? repeatPixels(x, [down, across])
          : resizeImages(x, sizeFor(x.shape), { interpolation }),
    };
  },
});
