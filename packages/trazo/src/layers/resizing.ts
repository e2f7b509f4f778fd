import { interpolations } from "../data/images/interpolation.js";
import { TrazoError } from "../errors.js";
import { requireImages } from "../graph/operators/semantic.js";
import { add, pad, sub } from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import type { Dim, Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { boolean, number, oneOf, only, positiveInteger } from "../schema/options.js";
import type { PictureSize } from "./affine-sampling.js";
import { cropAndResize, sizeOfImages } from "./crop-images.js";
import { defineLayer } from "./define-layer.js";
import { resizeImages } from "./resize-images.js";

export type ResizingOptions = OptionsOf<typeof resizing>;

/**
 * Images in another size, as Keras's `Resizing`. `[batch, H, W, C]`, of any range of values, to `[batch, height, width, C]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.resizing({ height: 96, width: 96, inputShape: [28, 28, 1] });
 * ```
 */
export const resizing = defineLayer({
  className: "Resizing",
  options: {
    /** Of the output, in pixels. */
    height: positiveInteger(),
    /** Of the output, in pixels. */
    width: positiveInteger(),
    /** Default `"bilinear"`. `"area"` is Keras 2's: Keras 3 cannot open it. */
    interpolation: withDefault(oneOf(interpolations), "bilinear"),
    /** Cut images to the proportions of the new size first, instead of distorting them. Default false. */
    cropToAspectRatio: withDefault(boolean(), false),
    /** Put margins around images up to the proportions of the new size first, instead of distorting them. Default false. */
    padToAspectRatio: withDefault(boolean(), false),
    fillMode: only("constant"),
    /** The value of those margins. Default 0. */
    fillValue: withDefault(number(), 0),
    /** Whether every old pixel counts where images shrink: slower, and smoother. Default false. */
    antialias: withDefault(boolean(), false),
    dataFormat: only("channels_last"),
  },
  create({ height, width, interpolation, antialias, cropToAspectRatio, padToAspectRatio, fillValue }) {
    if (cropToAspectRatio && padToAspectRatio) {
      throw new TrazoError("Resizing takes one of cropToAspectRatio and padToAspectRatio, not both.");
    }
    const size = { height, width };
    const method = { interpolation, antialias };
    return {
      build(inputShape) {
        requireImages("Resizing", inputShape);
        for (const axis of [1, 2]) staticDim(inputShape, axis, "Resizing");
        return { outputShape: [inputShape[0] as Dim, height, width, inputShape[3] as Dim], weights: [] };
      },
      call(x) {
        if (cropToAspectRatio) return cropAndResize(x, size, method);
        const whole = padToAspectRatio ? withMargins(x, size, fillValue) : x;
        return resizeImages(whole, [height, width], method);
      },
    };
  },
});

/** Images in the middle of a frame with the proportions of a size, as Keras rounds them. */
function withMargins(x: Value, to: PictureSize, fillValue: number): Value {
  const from = sizeOfImages(x);
  const margin = (length: number, wanted: number): number =>
    Math.trunc((Math.max(length, Math.trunc(wanted)) - length) / 2);
  const vertical = margin(from.height, (from.width * to.height) / to.width);
  const horizontal = margin(from.width, (from.height * to.width) / to.height);
  const around = [0, vertical, horizontal, 0];
  if (fillValue === 0) return pad(x, around, around);
  // The zeros of the padding stand for the fill value.
  return add(pad(sub(x, fillValue), around, around), fillValue);
}
