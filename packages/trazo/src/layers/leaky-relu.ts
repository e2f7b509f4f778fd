import { leakyRelu as leaky } from "../graph/ops.js";
import type { OptionsOf } from "../schema/define.js";
import { keyed, withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";
import { sameShape } from "./same-shape.js";

export type LeakyReluOptions = OptionsOf<typeof leakyRelu>;

/**
 * `x` where it is positive, else `negativeSlope * x`, as Keras's `LeakyReLU`. Any shape.
 *
 * @throws TrazoError for a negative slope
 * @example
 * ```ts
 * layers.leakyRelu({ negativeSlope: 0.1 });
 * ```
 */
export const leakyRelu = defineLayer({
  className: "LeakyReLU",
  options: {
    /** At least 0. Default 0.3. */
    negativeSlope: keyed(withDefault(number({ min: 0 }), 0.3), "alpha", "alpha", "negative_slope"),
  },
  create: ({ negativeSlope }) => ({ build: sameShape, call: (x) => leaky(x, negativeSlope) }),
});
