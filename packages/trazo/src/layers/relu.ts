import { cast, clip, greater, leakyRelu, maximum, minimum, mul, neg, relu, sub } from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { optional, withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";
import { sameShape } from "./same-shape.js";

export type ReLUOptions = OptionsOf<typeof reLU>;

/**
 * A rectified linear unit, as Keras's `ReLU`: `maxValue` from there up, `x` from the threshold up, else
 * `negativeSlope * (x - threshold)`. Any shape.
 *
 * @throws TrazoError for a negative option
 * @example
 * ```ts
 * layers.reLU({ maxValue: 6 });
 * ```
 */
export const reLU = defineLayer({
  className: "ReLU",
  options: {
    /** The largest output, at least 0. Default: no limit. */
    maxValue: optional(number({ min: 0 })),
    /** At least 0. Default 0. */
    negativeSlope: withDefault(number({ min: 0 }), 0),
    /** At least 0. Default 0. */
    threshold: withDefault(number({ min: 0 }), 0),
  },
  create: ({ maxValue, negativeSlope, threshold }) => ({
    build: sameShape,
    call(x) {
      if (threshold === 0 && maxValue === undefined) {
        return negativeSlope === 0 ? relu(x) : leakyRelu(x, negativeSlope);
      }
      const above = threshold === 0 ? x : mul(x, cast(greater(x, threshold), x.dtype));
      const kept = maxValue === undefined ? maximum(above, 0) : clip(above, 0, maxValue);
      return negativeSlope === 0 ? kept : sub(kept, mul(below(x, threshold), negativeSlope));
    },
  }),
});

/** How far below the threshold. */
const below = (x: Value, threshold: number): Value =>
  relu(threshold === 0 ? neg(x) : neg(minimum(sub(x, threshold), 0)));
