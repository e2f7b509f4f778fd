import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { boolean, count, discarded, number, text } from "../schema/options.js";
import { defineSchedule } from "./schedule.js";

export type InverseTimeDecayOptions = OptionsOf<typeof inverseTimeDecay>;

/**
 * initialLearningRate / (1 + decayRate * step / decaySteps); with `staircase` the quotient step / decaySteps is rounded down.
 *
 * @throws TrazoError for a negative rate or no positive number of steps
 * @example
 * ```ts
 * const learningRate = schedules.inverseTimeDecay({ initialLearningRate: 0.1, decaySteps: 1000, decayRate: 0.5 });
 * optimizers.sgd({ learningRate });
 * ```
 */
export const inverseTimeDecay = defineSchedule({
  className: "InverseTimeDecay",
  options: {
    /** The rate at step 0, at least 0. */
    initialLearningRate: number({ min: 0 }),
    /** Steps in which the divisor grows by `decayRate`. Positive. */
    decaySteps: count({ above: 0 }),
    /** At least 0. */
    decayRate: number({ min: 0 }),
    /** Change at once every `decaySteps` steps, rather than evenly. Default false. */
    staircase: withDefault(boolean(), false),
    name: discarded(text(), "InverseTimeDecay"),
  },
  create: ({ initialLearningRate, decaySteps, decayRate, staircase }) => ({
    at(step) {
      const periods = step / decaySteps;
      return initialLearningRate / (1 + decayRate * (staircase ? Math.floor(periods) : periods));
    },
  }),
});
