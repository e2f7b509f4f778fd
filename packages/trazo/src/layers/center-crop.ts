import { requireImages } from "../graph/operators/semantic.js";
import { staticDim } from "../graph/shape.js";
import type { Dim } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { keyed } from "../schema/option.js";
import { only, positiveInteger } from "../schema/options.js";
import { cropAndResize, cropImages, sizeOfImages } from "./crop-images.js";
import { defineLayer } from "./define-layer.js";

export type CenterCropOptions = OptionsOf<typeof centerCrop>;

/**
 * The middle of images, as Keras's `CenterCrop`. `[batch, H, W, C]` to `[batch, height, width, C]`. Images that are smaller along
 * either axis are cut to the proportions of that size and enlarged (bilinear).
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.centerCrop({ height: 224, width: 224, inputShape: [256, 256, 3] });
 * ```
 */
export const centerCrop = defineLayer({
  className: "CenterCrop",
  options: {
    /** Of the output, in pixels. */
    height: positiveInteger(),
    /** Of the output, in pixels. */
    width: positiveInteger(),
    dataFormat: keyed(only("channels_last"), null, "data_format"),
  },
  create: ({ height, width }) => ({
    build(inputShape) {
      requireImages("CenterCrop", inputShape);
      for (const axis of [1, 2]) staticDim(inputShape, axis, "CenterCrop");
      return { outputShape: [inputShape[0] as Dim, height, width, inputShape[3] as Dim], weights: [] };
    },
    call(x) {
      const from = sizeOfImages(x);
      const [above, beside] = [from.height - height, from.width - width];
      if (above < 0 || beside < 0) return cropAndResize(x, { height, width });
      return cropImages(x, { top: Math.floor(above / 2), left: Math.floor(beside / 2), height, width });
    },
  }),
});
