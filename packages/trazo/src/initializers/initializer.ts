import type { RandomStream } from "../random/stream.js";
import { type Configured, definerOf } from "../schema/define.js";

/** How a weight gets its first values. */
export interface Initializer extends Configured {
  /** The values for a weight of this shape (row-major), drawn from the stream. */
  init(shape: readonly number[], random: RandomStream): Float32Array;
}

/** Defines an initializer by its options (see `define`). */
export const defineInitializer = definerOf<Initializer>();
