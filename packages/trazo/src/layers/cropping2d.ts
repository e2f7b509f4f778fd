import { TrazoError } from "../errors.js";
import { requireImages } from "../graph/operators/semantic.js";
import { slice } from "../graph/ops.js";
import { formatShape, staticDim } from "../graph/shape.js";
import type { Dim, Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { dataFormat } from "./channels-first.js";
import { defineLayer } from "./define-layer.js";
import { edges } from "./edges.js";

export type Cropping2dOptions = OptionsOf<typeof cropping2d>;

/**
 * Images without their edges, as Keras's `Cropping2D`. `[batch, H, W, C]` to `[batch, H - top - bottom, W - left - right, C]`.
 *
 * @throws TrazoError for a wrong option, and, once built, where nothing would be left
 * @example
 * ```ts
 * layers.cropping2d({ cropping: [[2, 2], [4, 0]] });
 * ```
 */
export const cropping2d = defineLayer({
  className: "Cropping2D",
  options: {
    /** One number for all edges, a pair for height and width, or `[[top, bottom], [left, right]]`. Default 0. */
    cropping: withDefault(edges(), 0),
    dataFormat: dataFormat(),
  },
  create: ({ cropping: [vertical, horizontal] }) => ({
    build(inputShape) {
      requireImages("Cropping2D", inputShape);
      const along = (axis: 1 | 2, [before, after]: readonly [number, number]): number =>
        staticDim(inputShape, axis, "Cropping2D") - before - after;
      const [height, width] = [along(1, vertical), along(2, horizontal)];
      if (height < 1 || width < 1) {
        throw new TrazoError(`Cropping2D would leave nothing of images ${formatShape(inputShape)}.`);
      }
      return { outputShape: [inputShape[0] as Dim, height, width, inputShape[3] as Dim], weights: [] };
    },
    call: (x) => cropped(cropped(x, 1, vertical), 2, horizontal),
  }),
});

/** A value without what lies at both ends of an axis. */
export function cropped(x: Value, axis: number, [before, after]: readonly [number, number]): Value {
  return before + after === 0 ? x : slice(x, axis, before, staticDim(x.shape, axis, "Cropping") - after);
}
