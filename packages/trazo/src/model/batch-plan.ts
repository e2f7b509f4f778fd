import { randomStream } from "../random/derive.js";

export interface BatchPlanOptions {
  readonly samples: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly seed: number;
  /** Batches per epoch; undefined: as many as the samples give, the last one partial. */
  readonly stepsPerEpoch: number | undefined;
}

/** A place in the order of the samples: the optimizer's step at which the pass began, and the samples of it that are used. */
export type BatchPlace = { readonly passBegan: number; readonly position: number };

/**
 * Which samples each batch holds. Every pass over the data is a new permutation, a pure function
 * of the seed and of the optimizer's step at which the pass began, so that a resumed run sees the
 * same batches. With `stepsPerEpoch` an epoch may end within a pass; the next continues from there,
 * as in Keras.
 */
export class BatchPlan {
  readonly steps: number;
  readonly #options: BatchPlanOptions;
  #pass: Int32Array | undefined;
  #passBegan = 0;
  #position = 0;
  #given = 0;

  constructor(options: BatchPlanOptions) {
    this.#options = options;
    this.steps = options.stepsPerEpoch ?? Math.ceil(options.samples / options.batchSize);
  }

  /** The sample numbers of the next batch; `iteration` counts the optimizer's steps so far. */
  next(iteration: number): Int32Array {
    if (!this.#pass || this.#position >= this.#options.samples) {
      this.#pass = this.#permutation(iteration);
      this.#passBegan = iteration;
      this.#position = 0;
    }
    const end = Math.min(this.#position + this.#options.batchSize, this.#options.samples);
    const batch = this.#pass.subarray(this.#position, end);
    this.#position = end;
    this.#given += batch.length;
    return batch;
  }

  /** Another plan that continues from here; this one stays where it is. */
  fork(): BatchPlan {
    const fork = new BatchPlan(this.#options);
    fork.#pass = this.#pass;
    fork.#passBegan = this.#passBegan;
    fork.#position = this.#position;
    return fork;
  }

  /** Samples in all the batches that it has handed out. */
  get samplesGiven(): number {
    return this.#given;
  }

  /** Where it stands; undefined before the first batch. */
  get place(): BatchPlace | undefined {
    return this.#pass && { passBegan: this.#passBegan, position: this.#position };
  }

  /** Continues from a place in an earlier plan with the same options. */
  goTo({ passBegan, position }: BatchPlace): void {
    this.#pass = this.#permutation(passBegan);
    this.#passBegan = passBegan;
    this.#position = position;
  }

  #permutation(iteration: number): Int32Array {
    const { samples, shuffle, seed } = this.#options;
    if (!shuffle) return Int32Array.from({ length: samples }, (_, i) => i);
    return randomStream(seed, "shuffle", iteration).permutation(samples);
  }
}
