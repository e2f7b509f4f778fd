import { TrazoError } from "../errors.js";
import type { TrainingModel } from "./callback.js";

/**
 * @param callback the name of what is going to set the learning rate
 * @throws TrazoError when the optimizer's schedule decides it
 */
export function requireSettableRate(callback: string, { optimizer }: TrainingModel): void {
  if (!optimizer.schedule) return;
  throw new TrazoError(
    `${callback} sets the learning rate, but the optimizer's schedule ${optimizer.schedule.className} already decides it. ` +
      `Compile the model with a number as the learning rate, or remove ${callback}.`,
  );
}
