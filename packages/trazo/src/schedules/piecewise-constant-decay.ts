import { TrazoError } from "../errors.js";
import type { OptionsOf } from "../schema/define.js";
import { discarded, numbers, text } from "../schema/options.js";
import { defineSchedule } from "./schedule.js";

export type PiecewiseConstantDecayOptions = OptionsOf<typeof piecewiseConstantDecay>;

/**
 * values[0] up to and including the step boundaries[0], values[1] from there up to and including boundaries[1], and so on.
 *
 * @throws TrazoError when there is not one value more than boundaries, or these do not grow
 * @example
 * ```ts
 * const learningRate = schedules.piecewiseConstantDecay({ boundaries: [1000, 5000], values: [0.1, 0.05, 0.01] });
 * optimizers.sgd({ learningRate });
 * ```
 */
export const piecewiseConstantDecay = defineSchedule({
  className: "PiecewiseConstantDecay",
  options: {
    /** Steps after which the next value is in force, growing. */
    boundaries: { ...numbers(), float: false },
    /** One more than boundaries, each at least 0. */
    values: numbers({ min: 0 }),
    name: discarded(text(), "PiecewiseConstant"),
  },
  create({ boundaries, values }) {
    if (boundaries.length !== values.length - 1) {
      throw new TrazoError(
        `PiecewiseConstantDecay needs one value more than boundaries, but there are ${values.length} values and ${boundaries.length} boundaries.`,
      );
    }
    if (!boundaries.every((boundary, i) => i === 0 || boundary > (boundaries[i - 1] as number))) {
      throw new TrazoError(
        `PiecewiseConstantDecay: the boundaries must grow, but are ${boundaries.join(", ")}.`,
      );
    }
    return { at: (step) => values[boundaries.filter((boundary) => step > boundary).length] as number };
  },
});
