/** Events that are taken together, and, while an answer is awaited that says what was before them, after it. */
export class EventQueue<T> {
  readonly #take: (events: readonly T[]) => void;
  readonly #soon: (work: () => void) => void;
  #events: T[] = [];
  #isHeld = false;

  /** @param soon calls back when it is time to take what has come */
  constructor(take: (events: readonly T[]) => void, soon: (work: () => void) => void) {
    this.#take = take;
    this.#soon = soon;
  }

  add(event: T): void {
    this.#events.push(event);
    if (this.#events.length === 1) this.#soon(() => this.#takeAll());
  }

  /** From now on events wait. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#takeAll();
  }

  #takeAll(): void {
    if (this.#isHeld) return;
    const events = this.#events;
    this.#events = [];
    this.#take(events);
  }
}
