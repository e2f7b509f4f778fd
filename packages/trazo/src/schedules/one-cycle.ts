import type { OptionsOf } from "../schema/define.js";
import { defaultFrom, withDefault } from "../schema/option.js";
import { count, discarded, number, text } from "../schema/options.js";
import { defineSchedule } from "./schedule.js";

export type OneCycleOptions = OptionsOf<typeof oneCycle>;

/**
 * The one-cycle policy (Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates",
 * 2018; Smith, "A disciplined approach to neural network hyper-parameters", 2018): three straight lines. With
 * h = totalSteps * cycleFraction / 2:
 *
 *     step 0 to h:              initialLearningRate to maxLearningRate
 *     step h to 2 h:            back to initialLearningRate
 *     step 2 h to totalSteps:   down to finalLearningRate, where it stays
 *
 * Keras has no such class: a saved model has it in addition to Keras's own entries, and in these the rate that it has come to.
 *
 * @throws TrazoError for a negative rate, no positive number of steps, or a fraction outside (0, 1]
 * @example
 * ```ts
 * const learningRate = schedules.oneCycle({ maxLearningRate: 0.5, totalSteps: 469 * 10 });
 * optimizers.sgd({ learningRate });
 * ```
 */
export const oneCycle = defineSchedule({
  className: "OneCycle",
  options: {
    /** The rate at the top of the cycle, at least 0. */
    maxLearningRate: number({ min: 0 }),
    /** Steps of the whole training: batches per epoch times epochs. Positive. */
    totalSteps: count({ above: 0 }),
    /** Where the cycle starts and ends. Default: maxLearningRate / 10. */
    initialLearningRate: defaultFrom(
      number({ min: 0 }),
      ({ maxLearningRate }: { maxLearningRate: number }) => maxLearningRate / 10,
    ),
    /** The rate at the last step. Default: initialLearningRate / 100. */
    finalLearningRate: defaultFrom(
      number({ min: 0 }),
      ({ initialLearningRate }: { initialLearningRate: number }) => initialLearningRate / 100,
    ),
    /** Share of the steps that the cycle takes, half of it up and half of it down; in (0, 1]. Default 0.9. */
    cycleFraction: withDefault(count({ above: 0, max: 1 }), 0.9),
    name: discarded(text(), "OneCycle"),
  },
  create({ maxLearningRate, totalSteps, initialLearningRate, finalLearningRate, cycleFraction }) {
    const half = (totalSteps * cycleFraction) / 2;
    const rest = totalSteps - 2 * half;
    return {
      at(step) {
        if (step >= totalSteps) return finalLearningRate;
        if (step < half) return between(initialLearningRate, maxLearningRate, step / half);
        if (step < 2 * half) return between(maxLearningRate, initialLearningRate, step / half - 1);
        return between(initialLearningRate, finalLearningRate, (step - 2 * half) / rest);
      },
    };
  },
});

function between(from: number, to: number, fraction: number): number {
  return from + (to - from) * fraction;
}
