import { requireKnownOptions } from "../known-options.js";
import type { LearningRateSchedule } from "./schedule.js";
import { requireRates, requireSteps } from "./steps.js";

export interface PolynomialDecayOptions {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  /** Default 0.0001. */
  readonly endLearningRate?: number | undefined;
  /** Default 1: a straight line. */
  readonly power?: number | undefined;
  /** Start again from higher up whenever the end is reached, instead of staying there. Default false. */
  readonly cycle?: boolean | undefined;
}

const polynomialDecayOptions = {
  initialLearningRate: true,
  decaySteps: true,
  endLearningRate: true,
  power: true,
  cycle: true,
} as const;

/**
 * (initialLearningRate - endLearningRate) * (1 - s / d)^power + endLearningRate, where s = min(step, decaySteps) and
 * d = decaySteps, or with `cycle` s = step and d = decaySteps * max(1, ceil(step / decaySteps)).
 *
 * @throws TrazoError for a negative rate or no positive number of steps
 */
export function polynomialDecay(options: PolynomialDecayOptions): LearningRateSchedule {
  requireKnownOptions(options, polynomialDecayOptions, "PolynomialDecay");
  const { initialLearningRate, decaySteps, endLearningRate = 0.0001, power = 1, cycle = false } = options;
  requireRates({ initialLearningRate, endLearningRate });
  requireSteps("decaySteps", decaySteps);
  return {
    className: "PolynomialDecay",
    at(step) {
      const length = cycle ? decaySteps * Math.max(1, Math.ceil(step / decaySteps)) : decaySteps;
      const left = 1 - Math.min(step, length) / length;
      return (initialLearningRate - endLearningRate) * left ** power + endLearningRate;
    },
    getConfig: () => ({
      initial_learning_rate: initialLearningRate,
      decay_steps: decaySteps,
      end_learning_rate: endLearningRate,
      power,
      cycle,
      name: "PolynomialDecay",
    }),
  };
}
