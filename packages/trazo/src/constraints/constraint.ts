import type { Value } from "../graph/value.js";
import { type Configured, definerOf } from "../schema/define.js";

/** What a weight must be after every step of the training. */
export interface Constraint extends Configured {
  /** The weight nearest to `weight`, or nearly so, that is allowed: emits its part of a graph, and keeps the shape. */
  apply(weight: Value): Value;
}

/** Defines a constraint by its options (see `define`). */
export const defineBuiltIn = definerOf<Constraint>();
