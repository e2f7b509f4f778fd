import { elu as eluOf } from "../graph/ops.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";
import { sameShape } from "./same-shape.js";

export type EluOptions = OptionsOf<typeof elu>;

/**
 * `x` where it is positive, else `alpha * (exp(x) - 1)` (Clevert et al. 2016), as Keras's `ELU`. Any shape.
 *
 * @throws TrazoError for an alpha that is not a finite number
 * @example
 * ```ts
 * layers.elu({ alpha: 0.5 });
 * ```
 */
export const elu = defineLayer({
  className: "ELU",
  options: {
    /** Default 1. */
    alpha: withDefault(number(), 1),
  },
  create: ({ alpha }) => ({ build: sameShape, call: (x) => eluOf(x, alpha) }),
});
