/**
 * Lets other work have its turn between the steps of a training, and while it is paused: reading with a network is only safe when
 * its weights are not being changed.
 */
export class Turns {
  #jobs: (() => Promise<void>)[] = [];
  #isTraining = false;
  #isPaused = false;
  /** Steps that may be taken although it is paused. */
  #allowed = 0;
  #wake: () => void = () => {};
  #drained: Promise<void> = Promise.resolve();

  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    this.#isPaused = true;
    this.#allowed = 0;
  }

  play(): void {
    this.#isPaused = false;
    this.#wake();
  }

  /** Takes this many steps, then pauses. */
  allow(steps: number): void {
    this.#isPaused = true;
    this.#allowed += steps;
    this.#wake();
  }

  /** Does a job when no step is being computed. */
  ask<T>(job: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#jobs.push(() => job().then(resolve, reject));
      if (this.#isTraining) this.#wake();
      else void this.#drain();
    });
  }

  /** From now on jobs wait for `between`. */
  async begin(): Promise<void> {
    await this.#drained;
    this.#isTraining = true;
  }

  end(): void {
    this.#isTraining = false;
    void this.#drain();
  }

  /** Between two steps: does what was asked for, and comes back when training may continue. */
  async between(): Promise<void> {
    await this.#drain();
    while (this.#isPaused && this.#allowed === 0) {
      // What was asked for just after the last job was done has woken nobody.
      if (this.#jobs.length === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      await this.#drain();
    }
    if (this.#allowed > 0) this.#allowed--;
  }

  /** During a validation: does what was asked for, without waiting while paused. */
  async serve(): Promise<void> {
    await this.#drain();
  }

  /** Jobs are done one at a time, in their order. */
  #drain(): Promise<void> {
    this.#drained = this.#drained.then(() => this.#doAll());
    return this.#drained;
  }

  async #doAll(): Promise<void> {
    for (let job = this.#jobs.shift(); job; job = this.#jobs.shift()) await job();
  }
}
