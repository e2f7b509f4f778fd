import { minimum, mul } from "../graph/ops.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { defineBuiltIn } from "./constraint.js";
import { factorsTo, normAxis, normsOf } from "./norms.js";

export type MaxNormOptions = OptionsOf<typeof maxNorm>;

/**
 * The weights into each unit have at most a certain L2 norm (Srivastava et al. 2014, who combine it with dropout; Keras's
 * `MaxNorm`): where it is larger, they are scaled down to it.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.dense({ units: 128, kernelConstraint: constraints.maxNorm({ maxValue: 3 }) });
 * ```
 */
export const maxNorm = defineBuiltIn({
  className: "MaxNorm",
  options: {
    /** The largest norm, at least 0. Default 2. */
    maxValue: withDefault(number({ min: 0 }), 2),
    /** The axes along which norms are taken: 0 (default) for a dense kernel, `[0, 1, 2]` for one of `conv2d`. */
    axis: normAxis(),
  },
  create: ({ maxValue, axis }) => ({
    apply(weight) {
      const norms = normsOf(weight, axis);
      return mul(weight, factorsTo(minimum(norms, maxValue), norms));
    },
  }),
});
