import type { JsonObject } from "../errors.js";

/** A learning rate as a function of the number of optimiser steps already taken (0 at first). */
export interface LearningRateSchedule {
  /** Keras's class name, e.g. `CosineDecay`. */
  readonly className: string;
  at(step: number): number;
  getConfig(): JsonObject;
}
