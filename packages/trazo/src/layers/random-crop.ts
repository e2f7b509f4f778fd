import { TrazoError } from "../errors.js";
import { requireImages } from "../graph/operators/semantic.js";
import { add, cast, gatherAt, minimum, mul, slice } from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import type { Dim, Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { positiveInteger } from "../schema/options.js";
import { tensor } from "../tensor.js";
import { cropAndResize, sizeOfImages } from "./crop-images.js";
import { defineLayer } from "./define-layer.js";
import { randomOptions } from "./random-options.js";

export type RandomCropOptions = OptionsOf<typeof randomCrop>;

/**
 * A part of images, at one random place for the whole batch while training, as Keras's `RandomCrop`. `[batch, H, W, C]` to
 * `[batch, height, width, C]`. Outside of training, and where images are smaller, they are cut to the proportions of that size and
 * brought to it (bilinear), as Keras documents it and Keras 2 does. The places follow from the model's seed.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * sequential([layers.input({ shape: [32, 32, 3] }), layers.zeroPadding2d({ padding: 4 }), layers.randomCrop({ height: 32, width: 32 })]);
 * ```
 */
export const randomCrop = defineLayer({
  className: "RandomCrop",
  options: {
    /** Of the output, in pixels. */
    height: positiveInteger(),
    /** Of the output, in pixels. */
    width: positiveInteger(),
    ...randomOptions,
  },
  create: ({ height, width }) => ({
    build(inputShape) {
      requireImages("RandomCrop", inputShape);
      for (const axis of [1, 2]) staticDim(inputShape, axis, "RandomCrop");
      return { outputShape: [inputShape[0] as Dim, height, width, inputShape[3] as Dim], weights: [] };
    },
    call(x, _weights, { training, needsInputGradient, uniformNoise }) {
      const from = sizeOfImages(x);
      if (!training || from.height < height || from.width < width) return cropAndResize(x, { height, width });
      if (needsInputGradient) {
        throw new TrazoError(
          "RandomCrop must come before the first layer with weights to train: no gradient flows back through it.",
        );
      }
      const drawn = uniformNoise([2]);
      const rows = partAt(x, 1, slice(drawn, 0, 0, 1), height);
      return partAt(rows, 2, slice(drawn, 0, 1, 2), width);
    },
  }),
});

/** `length` entries of an axis, from a place on that a number from [0, 1) chooses among all that fit. */
function partAt(x: Value, axis: 1 | 2, drawn: Value, length: number): Value {
  const last = staticDim(x.shape, axis, "RandomCrop") - length;
  if (last === 0) return x;
  const start = minimum(cast(mul(drawn, last + 1), "int32"), last);
  const offsets = Int32Array.from({ length }, (_, i) => i);
  return gatherAt(x, add(x.graph.constant(tensor("int32", [length], offsets)), start), axis);
}
