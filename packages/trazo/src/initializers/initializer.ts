import type { JsonObject } from "../errors.js";
import type { RandomStream } from "../random/stream.js";

/** How a weight gets its first values. */
export interface Initializer {
  /** Keras's class name, e.g. `GlorotUniform`. */
  readonly className: string;
  /** The values for a weight of this shape (row-major), drawn from the stream. */
  init(shape: readonly number[], random: RandomStream): Float32Array;
  /** Keras's configuration of this object. */
  getConfig(): JsonObject;
}
