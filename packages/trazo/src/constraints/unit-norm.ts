import { div } from "../graph/ops.js";
import type { OptionsOf } from "../schema/define.js";
import { defineBuiltIn } from "./constraint.js";
import { normAxis, normsOf, safely } from "./norms.js";

export type UnitNormOptions = OptionsOf<typeof unitNorm>;

/**
 * The weights into each unit have the L2 norm 1 (Keras's `UnitNorm`).
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.conv2d({ filters: 8, kernelSize: 3, kernelConstraint: constraints.unitNorm({ axis: [0, 1, 2] }) });
 * ```
 */
export const unitNorm = defineBuiltIn({
  className: "UnitNorm",
  options: {
    /** The axes along which norms are taken: 0 (default) for a dense kernel, `[0, 1, 2]` for one of `conv2d`. */
    axis: normAxis(),
  },
  create: ({ axis }) => ({ apply: (weight) => div(weight, safely(normsOf(weight, axis))) }),
});
