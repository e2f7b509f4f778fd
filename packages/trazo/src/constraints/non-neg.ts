import { maximum } from "../graph/ops.js";
import { defineBuiltIn } from "./constraint.js";

/**
 * No weight is negative (Keras's `NonNeg`): those that would be become 0.
 *
 * @throws TrazoError for an option: it has none
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelConstraint: constraints.nonNeg() });
 * ```
 */
export const nonNeg = defineBuiltIn({
  className: "NonNeg",
  options: {},
  create: () => ({ apply: (weight) => maximum(weight, 0) }),
});
