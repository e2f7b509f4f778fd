import { TrazoError } from "../errors.js";
import { concat } from "../graph/ops.js";
import { formatShape, isStatic, shapesEqual } from "../graph/shape.js";
import type { Shape } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { integer } from "../schema/options.js";
import { defineMergeLayer } from "./define-merge-layer.js";

export type ConcatenateOptions = OptionsOf<typeof concatenate>;

/**
 * Several tensors one after the other along an axis, as Keras's `Concatenate`. They agree in their other axes.
 *
 * Inputs `[batch, ..., a]`, `[batch, ..., b]`, …; output `[batch, ..., a + b + …]`.
 *
 * @throws TrazoError when applied to tensors that differ elsewhere, or along the batch
 * @example
 * ```ts
 * const pixels = layers.input({ shape: [28, 28, 1] });
 * const edges = apply(layers.conv2d({ filters: 4, kernelSize: 3, padding: "same" }), pixels);
 * apply(layers.concatenate(), [pixels, edges]); // [batch, 28, 28, 5]
 * ```
 */
export const concatenate = defineMergeLayer({
  className: "Concatenate",
  options: {
    /** Counted from the batch, 0; negative: from the end. Default -1, the channels of images. */
    axis: withDefault(integer(), -1),
  },
  create: ({ axis: given }) => {
    const axisOf = ({ length }: Shape): number => {
      const axis = given < 0 ? given + length : given;
      if (axis > 0 && axis < length) return axis;
      throw new TrazoError(`Concatenate: axis ${given} is not one of a sample's ${length - 1} axes.`);
    };
    return {
      build(inputShapes) {
        const [first = []] = inputShapes;
        const axis = axisOf(first);
        const rest = (shape: Shape): Shape => shape.toSpliced(axis, 1);
        const misfit = inputShapes.find((shape) => !shapesEqual(rest(shape), rest(first)));
        const sizes = inputShapes.map((shape) => shape[axis]);
        if (misfit || !sizes.every((size) => size !== undefined && isStatic(size))) {
          throw new TrazoError(
            `Concatenate along axis ${given} needs inputs that agree in all other axes, but got ` +
              `${inputShapes.map(formatShape).join(", ")}.`,
          );
        }
        const size = (sizes as number[]).reduce((a, b) => a + b, 0);
        return { outputShape: first.with(axis, size), weights: [] };
      },
      call: (xs) => concat(xs, axisOf(xs[0]?.shape ?? [])),
    };
  },
});
