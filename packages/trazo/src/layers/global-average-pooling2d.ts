import { TrazoError } from "../errors.js";
import { reduceMean } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import type { Dim } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { keyed, withDefault } from "../schema/option.js";
import { boolean } from "../schema/options.js";
import { dataFormat } from "./channels-first.js";
import { defineLayer } from "./define-layer.js";

export type GlobalAveragePooling2dOptions = OptionsOf<typeof globalAveragePooling2d>;

/**
 * Mean over height and width, as Keras's `GlobalAveragePooling2D`: `[batch, H, W, C]` to `[batch, C]`.
 *
 * @example
 * ```ts
 * layers.globalAveragePooling2d();
 * ```
 */
export const globalAveragePooling2d = defineLayer({
  className: "GlobalAveragePooling2D",
  options: {
    dataFormat: dataFormat(),
    /** Keep height and width as axes of size 1. Default false. */
    keepDims: keyed(withDefault(boolean(), false), "keepdims"),
  },
  create: ({ keepDims }) => ({
    build(inputShape) {
      if (inputShape.length !== 4) {
        throw new TrazoError(
          `GlobalAveragePooling2D takes [batch, H, W, C], but got ${formatShape(inputShape)}.`,
        );
      }
      const [batch, , , channels] = inputShape as [Dim, Dim, Dim, Dim];
      return { outputShape: keepDims ? [batch, 1, 1, channels] : [batch, channels], weights: [] };
    },
    call: (x) => reduceMean(x, { axes: [1, 2], keepDims }),
  }),
});
