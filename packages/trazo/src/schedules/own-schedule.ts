import { ownDefiner } from "../schema/custom-class.js";
import { defineSchedule as define, type LearningRateSchedule } from "./schedule.js";

/**
 * Defines a learning-rate schedule of your own: the factory, the checks of its options and what files hold all follow. A model that
 * is compiled with it can be saved, and opened again with `loadModel(path, { customObjects: { schedules: [yours] } })`. Keras
 * opens the same file with the rate that the schedule has come to.
 *
 * @param definition `create` makes the schedule from its options: `at` gives the rate after a number of steps. `package` is the
 * first part of the name in files, by default `Custom`, as for Keras's `register_keras_serializable`
 * @throws TrazoError from the factory, for an unknown option or a value out of range
 * @example
 * ```ts
 * const warmup = defineSchedule({
 *   className: "Warmup",
 *   options: { peak: options.number({ min: 0 }), steps: options.positiveInteger() },
 *   create: ({ peak, steps }) => ({ at: (step) => peak * Math.min(1, (step + 1) / steps) }),
 * });
 * const optimizer = optimizers.sgd({ learningRate: warmup({ peak: 0.1, steps: 500 }) });
 * ```
 */
export const defineSchedule = ownDefiner<LearningRateSchedule>(define);
