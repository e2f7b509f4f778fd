import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { count, discarded, number, text } from "../schema/options.js";
import { defineSchedule } from "./schedule.js";

export type CosineDecayRestartsOptions = OptionsOf<typeof cosineDecayRestarts>;

/**
 * SGDR (Loshchilov and Hutter, ICLR 2017): in the i-th period (from 0), of which the fraction c has passed,
 * initialLearningRate * ((1 - alpha) * mMul^i * (1 + cos(pi * c)) / 2 + alpha).
 *
 * @throws TrazoError for a negative rate, no positive number of steps, or periods that become shorter
 * @example
 * ```ts
 * const learningRate = schedules.cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 1000 });
 * optimizers.sgd({ learningRate });
 * ```
 */
export const cosineDecayRestarts = defineSchedule({
  className: "CosineDecayRestarts",
  options: {
    /** The rate at the start of the first period, at least 0. */
    initialLearningRate: number({ min: 0 }),
    /** Length of the first period. Positive. */
    firstDecaySteps: count({ above: 0 }),
    /** Each period is this many times as long as the one before, at least 1: shorter and shorter ones would all end. Default 2. */
    tMul: withDefault(number({ min: 1 }), 2),
    /** Each period starts at this many times the rate of the one before, at least 0. Default 1. */
    mMul: withDefault(number({ min: 0 }), 1),
    /** Share of the initial rate that stays at the end of a period, at least 0. Default 0. */
    alpha: withDefault(number({ min: 0 }), 0),
    name: discarded(text(), "SGDRDecay"),
  },
  create: ({ initialLearningRate, firstDecaySteps, tMul, mMul, alpha }) => ({
    at(step) {
      const { period, fraction } = locate(step / firstDecaySteps, tMul);
      const cosine = 0.5 * mMul ** period * (1 + Math.cos(Math.PI * fraction));
      return initialLearningRate * ((1 - alpha) * cosine + alpha);
    },
  }),
});

/** The period in which `passed` first periods' time lies, and the fraction of it that has passed. */
function locate(passed: number, tMul: number): { period: number; fraction: number } {
  if (tMul === 1) return { period: Math.floor(passed), fraction: passed - Math.floor(passed) };
  const start = (period: number): number => (tMul ** period - 1) / (tMul - 1);
  const guess = Math.floor(Math.log(1 + passed * (tMul - 1)) / Math.log(tMul));
  // The logarithms may round across the boundary of a period.
  const period = passed >= start(guess + 1) ? guess + 1 : passed < start(guess) ? guess - 1 : guess;
  return { period, fraction: (passed - start(period)) / tMul ** period };
}
