import { requireImages } from "../graph/operators/semantic.js";
import { maxPool2d, reshape } from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import type { Dim, Shape } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { keyed, withDefault } from "../schema/option.js";
import { boolean } from "../schema/options.js";
import { dataFormat } from "./channels-first.js";
import { defineLayer } from "./define-layer.js";

export type GlobalMaxPooling2dOptions = OptionsOf<typeof globalMaxPooling2d>;

/**
 * Maximum over height and width, as Keras's `GlobalMaxPooling2D`: `[batch, H, W, C]` to `[batch, C]`.
 *
 * @example
 * ```ts
 * layers.globalMaxPooling2d();
 * ```
 */
export const globalMaxPooling2d = defineLayer({
  className: "GlobalMaxPooling2D",
  options: {
    dataFormat: dataFormat(),
    /** Keep height and width as axes of size 1. Default false. */
    keepDims: keyed(withDefault(boolean(), false), "keepdims"),
  },
  create({ keepDims }) {
    const shapeFor = ([batch, , , channels]: Shape): Shape =>
      keepDims ? [batch as Dim, 1, 1, channels as Dim] : [batch as Dim, channels as Dim];
    return {
      build(inputShape) {
        requireImages("GlobalMaxPooling2D", inputShape);
        return { outputShape: shapeFor(inputShape), weights: [] };
      },
      call(x) {
        const poolSize = [1, 2].map((axis) => staticDim(x.shape, axis, "GlobalMaxPooling2D"));
        const window = poolSize as [number, number];
        return reshape(
          maxPool2d(x, { poolSize: window, strides: window, padding: "valid" }),
          shapeFor(x.shape),
        );
      },
    };
  },
});
