import type { NetworkSpec } from "../ladder/network.js";

/** What is to be trained, on the same batch again and again. */
export interface Task {
  readonly network: NetworkSpec;
  readonly batch: number;
  /** Pixels, `[batch, side, side, channels]`. */
  readonly x: Float32Array;
  readonly labels: readonly number[];
}

/** A library with a network that is ready to be trained. */
export interface Contender {
  /** Takes steps and gives the last one's loss. */
  steps(count: number): Promise<number>;
}
