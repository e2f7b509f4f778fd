import { TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import type { LearningRateSchedule } from "./schedule.js";
import { requireRates, requireSteps } from "./steps.js";

export interface OneCycleOptions {
  /** The rate at the top of the cycle. */
  readonly maxLearningRate: number;
  /** Steps of the whole training: batches an epoch times epochs. */
  readonly totalSteps: number;
  /** Where the cycle starts and ends. Default: maxLearningRate / 10. */
  readonly initialLearningRate?: number | undefined;
  /** The rate at the last step. Default: initialLearningRate / 100. */
  readonly finalLearningRate?: number | undefined;
  /** Share of the steps that the cycle takes, half of it up and half of it down; in (0, 1]. Default 0.9. */
  readonly cycleFraction?: number | undefined;
}

const oneCycleOptions = {
  maxLearningRate: true,
  totalSteps: true,
  initialLearningRate: true,
  finalLearningRate: true,
  cycleFraction: true,
} as const;

/**
 * The one-cycle policy (Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates",
 * 2018; Smith, "A disciplined approach to neural network hyper-parameters", 2018): three straight lines. With
 * h = totalSteps * cycleFraction / 2:
 *
 *     step 0 to h:              initialLearningRate to maxLearningRate
 *     step h to 2 h:            back to initialLearningRate
 *     step 2 h to totalSteps:   down to finalLearningRate, where it stays
 *
 * Keras has no such class: a saved model has it beside Keras's own entries, and in these the rate that it has come to.
 *
 * @throws TrazoError for a negative rate, no positive number of steps, or a fraction outside (0, 1]
 */
export function oneCycle(options: OneCycleOptions): LearningRateSchedule {
  requireKnownOptions(options, oneCycleOptions, "OneCycle");
  const { maxLearningRate, totalSteps, cycleFraction = 0.9 } = options;
  const { initialLearningRate = maxLearningRate / 10 } = options;
  const { finalLearningRate = initialLearningRate / 100 } = options;
  requireRates({ maxLearningRate, initialLearningRate, finalLearningRate });
  requireSteps("totalSteps", totalSteps);
  if (!(cycleFraction > 0 && cycleFraction <= 1)) {
    throw new TrazoError(`cycleFraction must lie in (0, 1], but is ${cycleFraction}.`);
  }
  const half = (totalSteps * cycleFraction) / 2;
  const rest = totalSteps - 2 * half;
  return {
    className: "OneCycle",
    at(step) {
      if (step >= totalSteps) return finalLearningRate;
      if (step < half) return between(initialLearningRate, maxLearningRate, step / half);
      if (step < 2 * half) return between(maxLearningRate, initialLearningRate, step / half - 1);
      return between(initialLearningRate, finalLearningRate, (step - 2 * half) / rest);
    },
    getConfig: () => ({
      max_learning_rate: maxLearningRate,
      total_steps: totalSteps,
      initial_learning_rate: initialLearningRate,
      final_learning_rate: finalLearningRate,
      cycle_fraction: cycleFraction,
      name: "OneCycle",
    }),
  };
}

function between(from: number, to: number, fraction: number): number {
  return from + (to - from) * fraction;
}
