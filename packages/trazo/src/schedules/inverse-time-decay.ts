import { requireKnownOptions } from "../known-options.js";
import type { LearningRateSchedule } from "./schedule.js";
import { requireRates, requireSteps } from "./steps.js";

export interface InverseTimeDecayOptions {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Change at once every `decaySteps` steps, rather than evenly. Default false. */
  readonly staircase?: boolean | undefined;
}

const inverseTimeDecayOptions = {
  initialLearningRate: true,
  decaySteps: true,
  decayRate: true,
  staircase: true,
} as const;

/**
 * initialLearningRate / (1 + decayRate * step / decaySteps); with `staircase` the quotient step / decaySteps is rounded down.
 *
 * @throws TrazoError for a negative rate or no positive number of steps
 */
export function inverseTimeDecay(options: InverseTimeDecayOptions): LearningRateSchedule {
  requireKnownOptions(options, inverseTimeDecayOptions, "InverseTimeDecay");
  const { initialLearningRate, decaySteps, decayRate, staircase = false } = options;
  requireRates({ initialLearningRate, decayRate });
  requireSteps("decaySteps", decaySteps);
  return {
    className: "InverseTimeDecay",
    at(step) {
      const periods = step / decaySteps;
      return initialLearningRate / (1 + decayRate * (staircase ? Math.floor(periods) : periods));
    },
    getConfig: () => ({
      initial_learning_rate: initialLearningRate,
      decay_steps: decaySteps,
      decay_rate: decayRate,
      staircase,
      name: "InverseTimeDecay",
    }),
  };
}
