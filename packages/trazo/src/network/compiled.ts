import type { Loss } from "../losses/loss.js";
import type { Metric } from "../metrics/metric.js";
import type { Optimizer } from "../optimizers/optimizer.js";

/** What is asked of one output of a model. */
export interface OutputGoal {
  /** Undefined: the output is not trained, and takes no targets. */
  readonly loss: Loss | undefined;
  /** What its loss is multiplied by in the sum of all. */
  readonly lossWeight: number;
  /** Averaged over the samples, each counting the same. */
  readonly metrics: readonly Metric[];
  /** Averaged with the sample weights. Default none. */
  readonly weightedMetrics?: readonly Metric[] | undefined;
}

/** The same, its metrics under the names that logs have for them. */
export interface OutputObjective extends OutputGoal {
  /** The name in logs of the output's own loss; undefined where there is only one loss. */
  readonly lossKey: string | undefined;
}

/** What `compile` was told: one per output of the model, in their order. */
export interface Objective {
  readonly outputs: readonly OutputObjective[];
}

/** What `compile` fixed: what to minimize, and how. */
export interface Compiled extends Objective {
  readonly optimizer: Optimizer;
}

/** Optimizer state: for every trainable variable one array a slot. Empty: not yet made. */
export type OptimizerSlots = readonly (readonly Float32Array[])[];
