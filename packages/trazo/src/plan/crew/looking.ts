/** How long it is worth looking. */
export interface Patience {
  /** Looks at most. */
  readonly most: number;
  /** A wait, looks and sleep together, after which it is worth looking for long the next time, in milliseconds. */
  readonly short: number;
}

/** Some hundred microseconds: longer than threads with equal shares of a step wait for each other while no other program needs the processors. */
export const withinStep: Patience = { most: 20_000, short: 0.3 };
/** Some more: what the caller does from one step of a training to the next. */
export const betweenSteps: Patience = { most: 60_000, short: 0.6 };
/** Looks for some ten microseconds, about what waking a sleeper takes. */
const fewest = 2_000;

/**
 * Waits, at first by looking again and again, then asleep. A thread that slept is woken late, and some systems put threads that sleep often onto one
 * processor, one after the other. Where the last wait was long, as the others had no processor, it looks only briefly: it may be in their way.
 */
export class Looking {
  readonly #patience: Patience;
  readonly #now: () => number;
  #looks: number;

  /** @param now milliseconds */
  constructor(patience: Patience, now = () => performance.now()) {
    this.#patience = patience;
    this.#now = now;
    this.#looks = patience.most;
  }

  /** @param sleep returns when it has come */
  until(hasCome: () => boolean, sleep: () => void): void {
    const began = this.#now();
    for (let i = 0; i < this.#looks; i++) if (hasCome()) return;
    sleep();
    this.#looks = this.#now() - began < this.#patience.short ? this.#patience.most : fewest;
  }
}
