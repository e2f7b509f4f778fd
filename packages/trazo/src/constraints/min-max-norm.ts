import { TrazoError } from "../errors.js";
import { add, clip, mul } from "../graph/ops.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { defineBuiltIn } from "./constraint.js";
import { factorsTo, normAxis, normsOf } from "./norms.js";

export type MinMaxNormOptions = OptionsOf<typeof minMaxNorm>;

/**
 * The weights into each unit have an L2 norm within a range, or come nearer to it with every step (Keras's `MinMaxNorm`).
 *
 * @throws TrazoError for a wrong option, and for a range whose ends are the wrong way round
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelConstraint: constraints.minMaxNorm({ minValue: 0.5, maxValue: 2 }) });
 * ```
 */
export const minMaxNorm = defineBuiltIn({
  className: "MinMaxNorm",
  options: {
    /** The smallest norm, at least 0. Default 0. */
    minValue: withDefault(number({ min: 0 }), 0),
    /** The largest norm, at least 0. Default 1. */
    maxValue: withDefault(number({ min: 0 }), 1),
    /** How far a step brings a norm to the range, from 0 to 1 (default), which is all the way. */
    rate: withDefault(number({ min: 0, max: 1 }), 1),
    /** The axes along which norms are taken: 0 (default) for a dense kernel, `[0, 1, 2]` for one of `conv2d`. */
    axis: normAxis(),
  },
  create({ minValue, maxValue, rate, axis }) {
    if (minValue > maxValue) {
      throw new TrazoError(`MinMaxNorm: minValue ${minValue} must not be above maxValue ${maxValue}.`);
    }
    return {
      apply(weight) {
        const norms = normsOf(weight, axis);
        const wanted = add(mul(clip(norms, minValue, maxValue), rate), mul(norms, 1 - rate));
        return mul(weight, factorsTo(wanted, norms));
      },
    };
  },
});
