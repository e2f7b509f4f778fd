import type { Loss } from "../losses/loss.js";
import type { Metric } from "../metrics/metric.js";
import type { Optimizer } from "../optimizers/optimizer.js";

/** What `compile` was told. */
export interface Objective {
  readonly loss: Loss;
  /** Averaged over the samples, each counting the same. */
  readonly metrics: readonly Metric[];
  /** Averaged with the sample weights. Default none. */
  readonly weightedMetrics?: readonly Metric[] | undefined;
}

/** What `compile` fixed: what to minimise, and how. */
export interface Compiled extends Objective {
  readonly optimizer: Optimizer;
}

/** Optimiser state: for every trainable variable one array a slot. Empty: not yet made. */
export type OptimizerSlots = readonly (readonly Float32Array[])[];
