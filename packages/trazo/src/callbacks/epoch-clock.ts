import type { CallbackParams, Logs } from "./callback.js";

/** Steps of an epoch whose time was taken: all but the first once there is a second, since that one compiles and warms up. */
export interface Pace {
  readonly steps: number;
  /** The last batch of a pass over the data may be smaller than the others. */
  readonly samples: number;
  /** Milliseconds that they took. */
  readonly trainingMs: number;
  /** Milliseconds from their beginning until now: with the validation, at an epoch's end. */
  readonly ms: number;
}

/** What the progress line of an epoch shows. */
export interface ProgressState {
  readonly step: number;
  readonly steps: number;
  /** Whether the epoch has ended, its validation too. */
  readonly finished: boolean;
  /** Milliseconds since the epoch began. */
  readonly elapsed: number;
  readonly pace: Pace;
  readonly logs: Logs;
}

/** When this many batches had ended, and the samples in them. */
interface Mark {
  readonly at: number;
  readonly batches: number;
  readonly samples: number;
}

/** Counts the steps of the epoch that is trained, and takes their times. */
export class EpochClock {
  readonly #now: () => number;
  readonly #params: CallbackParams;
  #begun: Mark;
  #first: Mark | undefined;
  #last: Mark;
  #step = 0;

  /** @param now milliseconds since some fixed moment */
  constructor(now: () => number, params: CallbackParams) {
    this.#now = now;
    this.#params = params;
    this.#begun = this.#mark(0);
    this.#last = this.#begun;
  }

  /** When the last step ended. */
  get steppedAt(): number {
    return this.#last.at;
  }

  begin(): void {
    this.#begun = this.#mark(0);
    this.#first = undefined;
    this.#last = this.#begun;
    this.#step = 0;
  }

  batchEnd(batch: number): void {
    // Counted here, since an interrupted epoch resumes with a later batch.
    this.#last = this.#mark(this.#last.batches + 1);
    this.#first ??= this.#last;
    this.#step = batch + 1;
  }

  state(logs: Logs, at: number, finished: boolean): ProgressState {
    return {
      step: this.#step,
      steps: this.#params.steps || this.#step,
      finished,
      elapsed: at - this.#begun.at,
      pace: this.#pace(at),
      logs,
    };
  }

  #mark(batches: number): Mark {
    return { at: this.#now(), batches, samples: this.#params.samplesDone() };
  }

  #pace(at: number): Pace {
    const from = this.#first && this.#last.batches > this.#first.batches ? this.#first : this.#begun;
    return {
      steps: this.#last.batches - from.batches,
      samples: this.#last.samples - from.samples,
      trainingMs: this.#last.at - from.at,
      ms: at - from.at,
    };
  }
}
