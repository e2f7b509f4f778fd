import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { boolean, count, discarded, number, text } from "../schema/options.js";
import { defineSchedule } from "./schedule.js";

export type ExponentialDecayOptions = OptionsOf<typeof exponentialDecay>;

/**
 * initialLearningRate * decayRate^(step / decaySteps); with `staircase` the exponent is rounded down.
 *
 * @throws TrazoError for a negative rate or no positive number of steps
 * @example
 * ```ts
 * const learningRate = schedules.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 1000, decayRate: 0.9 });
 * optimizers.sgd({ learningRate });
 * ```
 */
export const exponentialDecay = defineSchedule({
  className: "ExponentialDecay",
  options: {
    /** The rate at step 0, at least 0. */
    initialLearningRate: number({ min: 0 }),
    /** Steps in which the rate is multiplied by `decayRate` once. Positive. */
    decaySteps: count({ above: 0 }),
    /** At least 0. */
    decayRate: number({ min: 0 }),
    /** Multiply at once every `decaySteps` steps, rather than evenly. Default false. */
    staircase: withDefault(boolean(), false),
    name: discarded(text(), "ExponentialDecay"),
  },
  create: ({ initialLearningRate, decaySteps, decayRate, staircase }) => ({
    at(step) {
      const exponent = step / decaySteps;
      return initialLearningRate * decayRate ** (staircase ? Math.floor(exponent) : exponent);
    },
  }),
});
