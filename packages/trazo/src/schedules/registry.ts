import type { Json, JsonObject } from "../errors.js";
import type { OwnClasses } from "../schema/own-classes.js";
import { Registry } from "../schema/registry.js";
import * as builtIn from "./built-in.js";
import { oneCycle } from "./one-cycle.js";
import type { LearningRateSchedule } from "./schedule.js";

/** Every schedule that files may hold. */
export const schedules = new Registry<LearningRateSchedule>(
  "learning-rate schedule",
  Object.values(builtIn),
  { own: "schedules", prefix: "Custom>" },
);

/**
 * Reads a schedule from a Keras configuration, `{class_name, config}` or with `module` and `registered_name` too.
 *
 * @param where names the place in error messages, e.g. `best_model.h5, optimizer Adam, learning_rate`
 * @param own the user's own classes that the configuration may name: `{ schedules: [...] }`
 * @throws TrazoError for an unknown class, an unknown or missing entry or a wrong value
 * @example
 * ```ts
 * const schedule = schedules.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 1000, decayRate: 0.9 });
 * schedules.deserializeSchedule(schedules.serializeSchedule(schedule), "my file").at(0); // 0.1
 * ```
 */
export const deserializeSchedule = (config: Json, where: string, own?: OwnClasses): LearningRateSchedule =>
  schedules.deserialize(config, where, own);

/** Whether Keras has a class for it. */
export const isKerasSchedule = ({ className, registeredName }: LearningRateSchedule): boolean =>
  registeredName === undefined && className !== oneCycle.definition.className;

/**
 * Keras's four-key form, which Keras 3 asks for where a schedule stands in an optimizer's configuration.
 *
 * @example
 * ```ts
 * schedules.serializeSchedule(schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 1000 }));
 * ```
 */
export function serializeSchedule(schedule: LearningRateSchedule): JsonObject {
  const isKeras = isKerasSchedule(schedule);
  return {
    module: isKeras ? "keras.optimizers.schedules" : null,
    class_name: schedule.className,
    config: schedule.getConfig(),
    registered_name: isKeras ? null : (schedule.registeredName ?? schedule.className),
  };
}
