/** Looks for some hundred microseconds: longer than threads with equal shares of a step wait for each other while no other program needs the processors. */
const most = 20_000;
/** Looks for some ten microseconds, about what waking a sleeper takes. */
const fewest = 2_000;
/** A wait, looks and sleep together, after which it is worth looking for long the next time, in milliseconds. */
const short = 0.3;

/**
 * Waits, at first by looking again and again, then asleep. A thread that slept is woken late, and some systems put threads that sleep often onto one
 * processor, one after the other. Where the last wait was long, as the others had no processor, it looks only briefly: it may be in their way.
 */
export class Looking {
  readonly #now: () => number;
  #looks = most;

  /** @param now milliseconds */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** @param sleep returns when it has come */
  until(hasCome: () => boolean, sleep: () => void): void {
    const began = this.#now();
    for (let i = 0; i < this.#looks; i++) if (hasCome()) return;
    sleep();
    this.#looks = this.#now() - began < short ? most : fewest;
  }
}
