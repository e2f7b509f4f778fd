import { TrazoError } from "../errors.js";
import { mul, reshape } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import type { Dim } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { positiveInteger } from "../schema/options.js";
import { tensor } from "../tensor.js";
import { defineLayer } from "./define-layer.js";

export type RepeatVectorOptions = OptionsOf<typeof repeatVector>;

/**
 * Each vector repeated, as Keras's `RepeatVector`: `[batch, k]` to `[batch, n, k]`.
 *
 * @throws TrazoError for a wrong option, and, once built, for an input that is not of vectors
 * @example
 * ```ts
 * layers.repeatVector({ n: 3 });
 * ```
 */
export const repeatVector = defineLayer({
  className: "RepeatVector",
  options: {
    /** How many times. */
    n: positiveInteger(),
  },
  create: ({ n }) => ({
    build(inputShape) {
      if (inputShape.length !== 2) {
        throw new TrazoError(`RepeatVector takes [batch, k], but got ${formatShape(inputShape)}.`);
      }
      return { outputShape: [inputShape[0] as Dim, n, inputShape[1] as Dim], weights: [] };
    },
    call(x) {
      const ones = x.graph.constant(tensor("float32", [n, 1], new Float32Array(n).fill(1)));
      return mul(reshape(x, [x.shape[0] as Dim, 1, x.shape[1] as Dim]), ones);
    },
  }),
});
