import { type Configured, definerOf } from "../schema/define.js";

/** A learning rate as a function of the number of optimizer steps already taken (0 at first). */
export interface LearningRateSchedule extends Configured {
  at(step: number): number;
}

/** Defines a schedule by its options (see `define`). */
export const defineSchedule = definerOf<LearningRateSchedule>();
