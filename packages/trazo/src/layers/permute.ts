import { TrazoError } from "../errors.js";
import { transpose } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import type { Dim } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { option } from "../schema/option.js";
import { isPositiveInteger } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";

const order = option<readonly number[]>({
  expected: "the axes of a sample in their new order, each once, counted from 1, e.g. [3, 1, 2]",
  accept(value) {
    if (!Array.isArray(value) || !value.every(isPositiveInteger)) return undefined;
    const isWhole = value.every((_, i) => value.includes(i + 1));
    return isWhole && value.length > 0 ? [...value] : undefined;
  },
  json: { type: "array", items: { type: "integer", minimum: 1 } },
  toKeras: (axes) => [...axes],
});

export type PermuteOptions = OptionsOf<typeof permute>;

/**
 * The axes of each sample in another order, as Keras's `Permute`.
 *
 * @throws TrazoError for a wrong option, and, once built, for an input with another number of axes
 * @example
 * ```ts
 * layers.permute({ dims: [3, 1, 2] }); // [batch, H, W, C] to [batch, C, H, W]
 * ```
 */
export const permute = defineLayer({
  className: "Permute",
  options: {
    /** Axis `i` of the output, counted from 1, is axis `dims[i - 1]` of the input. */
    dims: order,
  },
  create: ({ dims }) => ({
    build(inputShape) {
      if (inputShape.length !== dims.length + 1) {
        throw new TrazoError(
          `Permute: [${dims.join(", ")}] orders ${dims.length} axes, but a sample is ${formatShape(inputShape.slice(1))}.`,
        );
      }
      return { outputShape: [0, ...dims].map((axis) => inputShape[axis] as Dim), weights: [] };
    },
    call: (x) => transpose(x, [0, ...dims]),
  }),
});
