import type { Configured } from "../schema/define.js";

/** A penalty on a weight, added to the loss: `l1 * sum|w| + l2 * sum w²` (no factor ½, not divided by the batch size). */
export interface Regularizer extends Configured {
  readonly l1: number;
  readonly l2: number;
}
