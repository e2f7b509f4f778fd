import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { boolean, count, discarded, number, text } from "../schema/options.js";
import { defineSchedule } from "./schedule.js";

export type PolynomialDecayOptions = OptionsOf<typeof polynomialDecay>;

/**
 * (initialLearningRate - endLearningRate) * (1 - s / d)^power + endLearningRate, where s = min(step, decaySteps) and
 * d = decaySteps, or with `cycle` s = step and d = decaySteps * max(1, ceil(step / decaySteps)).
 *
 * @throws TrazoError for a negative rate or no positive number of steps
 * @example
 * ```ts
 * const learningRate = schedules.polynomialDecay({ initialLearningRate: 0.1, decaySteps: 1000, power: 2 });
 * optimizers.sgd({ learningRate });
 * ```
 */
export const polynomialDecay = defineSchedule({
  className: "PolynomialDecay",
  options: {
    /** The rate at step 0, at least 0. */
    initialLearningRate: number({ min: 0 }),
    /** Steps until the end. Positive. */
    decaySteps: count({ above: 0 }),
    /** The rate at the end, at least 0. Default 0.0001. */
    endLearningRate: withDefault(number({ min: 0 }), 0.0001),
    /** Default 1: a straight line. */
    power: withDefault(number(), 1),
    /** Start again from higher up whenever the end is reached, instead of staying there. Default false. */
    cycle: withDefault(boolean(), false),
    name: discarded(text(), "PolynomialDecay"),
  },
  create: ({ initialLearningRate, decaySteps, endLearningRate, power, cycle }) => ({
    at(step) {
      const length = cycle ? decaySteps * Math.max(1, Math.ceil(step / decaySteps)) : decaySteps;
      const left = 1 - Math.min(step, length) / length;
      return (initialLearningRate - endLearningRate) * left ** power + endLearningRate;
    },
  }),
});
