import { requireKnownOptions } from "../known-options.js";
import type { LearningRateSchedule } from "./schedule.js";
import { requireRates, requireSteps } from "./steps.js";

export interface CosineDecayOptions {
  /** Where the decay starts; with a warm-up, where the warm-up starts. */
  readonly initialLearningRate: number;
  /** Steps of the decay, the warm-up's not counted. */
  readonly decaySteps: number;
  /** Share of the highest rate that stays at the end. Default 0. */
  readonly alpha?: number | undefined;
  /** The rate that the warm-up reaches. Default: no warm-up. */
  readonly warmupTarget?: number | undefined;
  /** Default 0. */
  readonly warmupSteps?: number | undefined;
}

const cosineDecayOptions = {
  initialLearningRate: true,
  decaySteps: true,
  alpha: true,
  warmupTarget: true,
  warmupSteps: true,
} as const;

/**
 * rate * ((1 - alpha) * (1 + cos(pi * s / decaySteps)) / 2 + alpha), s = min(step, decaySteps), falling from rate =
 * initialLearningRate (Loshchilov and Hutter, "SGDR", ICLR 2017, without restarts). With a `warmupTarget` the rate first
 * goes straight from initialLearningRate to it in `warmupSteps` steps, and then decays from there.
 *
 * @throws TrazoError for a negative rate or no positive number of steps
 */
export function cosineDecay(options: CosineDecayOptions): LearningRateSchedule {
  requireKnownOptions(options, cosineDecayOptions, "CosineDecay");
  const { initialLearningRate, decaySteps, alpha = 0, warmupTarget, warmupSteps = 0 } = options;
  requireRates({ initialLearningRate, alpha, warmupTarget: warmupTarget ?? 0, warmupSteps });
  requireSteps("decaySteps", decaySteps);
  const decayed = (from: number, step: number): number => {
    const fraction = Math.min(step, decaySteps) / decaySteps;
    return from * ((1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * fraction)) + alpha);
  };
  return {
    className: "CosineDecay",
    at(step) {
      if (warmupTarget === undefined) return decayed(initialLearningRate, step);
      if (step >= warmupSteps) return decayed(warmupTarget, step - warmupSteps);
      return initialLearningRate + (warmupTarget - initialLearningRate) * (step / warmupSteps);
    },
    getConfig: () => ({
      initial_learning_rate: initialLearningRate,
      decay_steps: decaySteps,
      alpha,
      name: "CosineDecay",
      warmup_target: warmupTarget ?? null,
      warmup_steps: warmupSteps,
    }),
  };
}
