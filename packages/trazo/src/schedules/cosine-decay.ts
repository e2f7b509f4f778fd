import type { OptionsOf } from "../schema/define.js";
import { optional, withDefault } from "../schema/option.js";
import { count, discarded, number, text } from "../schema/options.js";
import { defineSchedule } from "./schedule.js";

export type CosineDecayOptions = OptionsOf<typeof cosineDecay>;

/**
 * rate * ((1 - alpha) * (1 + cos(pi * s / decaySteps)) / 2 + alpha), s = min(step, decaySteps), falling from rate =
 * initialLearningRate (Loshchilov and Hutter, "SGDR", ICLR 2017, without restarts). With a `warmupTarget` the rate first
 * goes straight from initialLearningRate to it in `warmupSteps` steps, and then decays from there.
 *
 * @throws TrazoError for a negative rate or no positive number of steps
 * @example
 * ```ts
 * const learningRate = schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 1000 });
 * optimizers.sgd({ learningRate });
 * ```
 */
export const cosineDecay = defineSchedule({
  className: "CosineDecay",
  options: {
    /** Where the decay starts; with a warm-up, where the warm-up starts. At least 0. */
    initialLearningRate: number({ min: 0 }),
    /** Steps of the decay, the warm-up's not counted. Positive. */
    decaySteps: count({ above: 0 }),
    /** Share of the highest rate that stays at the end, at least 0. Default 0. */
    alpha: withDefault(number({ min: 0 }), 0),
    name: discarded(text(), "CosineDecay"),
    /** The rate that the warm-up reaches. Default: no warm-up. */
    warmupTarget: optional(number({ min: 0 })),
    /** At least 0. Default 0. */
    warmupSteps: withDefault(count({ min: 0 }), 0),
  },
  create({ initialLearningRate, decaySteps, alpha, warmupTarget, warmupSteps }) {
    const decayed = (from: number, step: number): number => {
      const fraction = Math.min(step, decaySteps) / decaySteps;
      return from * ((1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * fraction)) + alpha);
    };
    return {
      at(step) {
        if (warmupTarget === undefined) return decayed(initialLearningRate, step);
        if (step >= warmupSteps) return decayed(warmupTarget, step - warmupSteps);
        return initialLearningRate + (warmupTarget - initialLearningRate) * (step / warmupSteps);
      },
    };
  },
});
