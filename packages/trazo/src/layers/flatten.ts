import { reshape } from "../graph/ops.js";
import { productOf } from "../graph/shape.js";
import type { Dim, Shape } from "../graph/value.js";
import { dataFormat } from "./channels-first.js";
import { defineLayer } from "./define-layer.js";

/**
 * All axes but the batch made one, in row-major order (height, width, channels), as Keras's `Flatten`.
 *
 * @example
 * ```ts
 * layers.flatten();
 * ```
 */
export const flatten = defineLayer({
  className: "Flatten",
  options: { dataFormat: dataFormat() },
  create: () => ({
    build: (inputShape) => ({ outputShape: flat(inputShape), weights: [] }),
    call: (x) => reshape(x, flat(x.shape)),
  }),
});

const flat = (shape: Shape): Shape => [shape[0] as Dim, productOf(shape.slice(1))];
