import type { JsonObject } from "../errors.js";

/** A penalty on a weight, added to the loss: `l1 * sum|w| + l2 * sum w²` (no factor ½, not divided by the batch size). */
export interface Regularizer {
  /** Keras's class name: `L1`, `L2` or `L1L2`. */
  readonly className: string;
  readonly l1: number;
  readonly l2: number;
  getConfig(): JsonObject;
}
