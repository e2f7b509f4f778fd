import { requireImages } from "../graph/operators/semantic.js";
import { pad } from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import type { Dim } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { dataFormat } from "./channels-first.js";
import { defineLayer } from "./define-layer.js";
import { edges } from "./edges.js";

export type ZeroPadding2dOptions = OptionsOf<typeof zeroPadding2d>;

/**
 * Zeros around images, as Keras's `ZeroPadding2D`. `[batch, H, W, C]` to `[batch, top + H + bottom, left + W + right, C]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.zeroPadding2d({ padding: [[0, 1], [0, 1]] });
 * ```
 */
export const zeroPadding2d = defineLayer({
  className: "ZeroPadding2D",
  options: {
    /** One number for all edges, a pair for height and width, or `[[top, bottom], [left, right]]`. Default 1. */
    padding: withDefault(edges(), 1),
    dataFormat: dataFormat(),
  },
  create: ({ padding: [[top, bottom], [left, right]] }) => ({
    build(inputShape) {
      requireImages("ZeroPadding2D", inputShape);
      const [batch, , , channels] = inputShape as [Dim, Dim, Dim, Dim];
      const height = staticDim(inputShape, 1, "ZeroPadding2D") + top + bottom;
      const width = staticDim(inputShape, 2, "ZeroPadding2D") + left + right;
      return { outputShape: [batch, height, width, channels], weights: [] };
    },
    call: (x) => pad(x, [0, top, left, 0], [0, bottom, right, 0]),
  }),
});
