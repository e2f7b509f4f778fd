import { TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import type { LearningRateSchedule } from "./schedule.js";
import { requireRates, requireSteps } from "./steps.js";

export interface CosineDecayRestartsOptions {
  readonly initialLearningRate: number;
  /** Length of the first period. */
  readonly firstDecaySteps: number;
  /** Each period is this many times as long as the one before, at least 1. Default 2. */
  readonly tMul?: number | undefined;
  /** Each period starts at this many times the rate of the one before. Default 1. */
  readonly mMul?: number | undefined;
  /** Share of the initial rate that stays at the end of a period. Default 0. */
  readonly alpha?: number | undefined;
}

const cosineDecayRestartsOptions = {
  initialLearningRate: true,
  firstDecaySteps: true,
  tMul: true,
  mMul: true,
  alpha: true,
} as const;

/**
 * SGDR (Loshchilov and Hutter, ICLR 2017): in the i-th period (from 0), of which the fraction c has passed,
 * initialLearningRate * ((1 - alpha) * mMul^i * (1 + cos(pi * c)) / 2 + alpha).
 *
 * @throws TrazoError for a negative rate, no positive number of steps, or periods that become shorter
 */
export function cosineDecayRestarts(options: CosineDecayRestartsOptions): LearningRateSchedule {
  requireKnownOptions(options, cosineDecayRestartsOptions, "CosineDecayRestarts");
  const { initialLearningRate, firstDecaySteps, tMul = 2, mMul = 1, alpha = 0 } = options;
  requireRates({ initialLearningRate, alpha, mMul });
  requireSteps("firstDecaySteps", firstDecaySteps);
  if (!(tMul >= 1 && Number.isFinite(tMul))) {
    throw new TrazoError(
      `tMul must be at least 1, but is ${tMul}: shorter and shorter periods would all end at some step.`,
    );
  }
  return {
    className: "CosineDecayRestarts",
    at(step) {
      const { period, fraction } = locate(step / firstDecaySteps, tMul);
      const cosine = 0.5 * mMul ** period * (1 + Math.cos(Math.PI * fraction));
      return initialLearningRate * ((1 - alpha) * cosine + alpha);
    },
    getConfig: () => ({
      initial_learning_rate: initialLearningRate,
      first_decay_steps: firstDecaySteps,
      t_mul: tMul,
      m_mul: mMul,
      alpha,
      name: "SGDRDecay",
    }),
  };
}

/** The period in which `passed` first periods' time lies, and the fraction of it that has passed. */
function locate(passed: number, tMul: number): { period: number; fraction: number } {
  if (tMul === 1) return { period: Math.floor(passed), fraction: passed - Math.floor(passed) };
  const start = (period: number): number => (tMul ** period - 1) / (tMul - 1);
  const guess = Math.floor(Math.log(1 + passed * (tMul - 1)) / Math.log(tMul));
  // The logarithms may round across the boundary of a period.
  const period = passed >= start(guess + 1) ? guess + 1 : passed < start(guess) ? guess - 1 : guess;
  return { period, fraction: (passed - start(period)) / tMul ** period };
}
