import { requireKnownOptions } from "../known-options.js";
import type { LearningRateSchedule } from "./schedule.js";
import { requireRates, requireSteps } from "./steps.js";

export interface ExponentialDecayOptions {
  readonly initialLearningRate: number;
  /** Steps in which the rate is multiplied by `decayRate` once. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Multiply at once every `decaySteps` steps, rather than evenly. Default false. */
  readonly staircase?: boolean | undefined;
}

const exponentialDecayOptions = {
  initialLearningRate: true,
  decaySteps: true,
  decayRate: true,
  staircase: true,
} as const;

/**
 * initialLearningRate * decayRate^(step / decaySteps); with `staircase` the exponent is rounded down.
 *
 * @throws TrazoError for a negative rate or no positive number of steps
 */
export function exponentialDecay(options: ExponentialDecayOptions): LearningRateSchedule {
  requireKnownOptions(options, exponentialDecayOptions, "ExponentialDecay");
  const { initialLearningRate, decaySteps, decayRate, staircase = false } = options;
  requireRates({ initialLearningRate, decayRate });
  requireSteps("decaySteps", decaySteps);
  return {
    className: "ExponentialDecay",
    at(step) {
      const exponent = step / decaySteps;
      return initialLearningRate * decayRate ** (staircase ? Math.floor(exponent) : exponent);
    },
    getConfig: () => ({
      initial_learning_rate: initialLearningRate,
      decay_steps: decaySteps,
      decay_rate: decayRate,
      staircase,
      name: "ExponentialDecay",
    }),
  };
}
