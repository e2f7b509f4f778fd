import { type QueueAddress, requireAnswer } from "./queue-address.js";

/** Between two questions to a server that was lost, in milliseconds. */
const askMs = 2000;
/** For how many seconds a worker that ends waits for a server that is away. */
const mostAway = 5;

/**
 * Whether a queue's server can be used. It is lost with the first error, be it gone or full or read-only, and back when it takes what is
 * written: a connection alone does not say so.
 */
export class QueueReach {
  readonly #address: QueueAddress;
  readonly #told: { onLost(error: Error): void; onBack(): void };
  #asking: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(address: QueueAddress, told: { onLost(error: Error): void; onBack(): void }) {
    this.#address = address;
    this.#told = told;
  }

  get isReached(): boolean {
    return this.#asking === undefined;
  }

  /** Something failed: from now on the server is asked until it answers. */
  lost(error: Error): void {
    if (this.#isClosed || this.#asking) return;
    this.#told.onLost(error);
    this.#askLater();
  }

  /** Waits until the server has been away for so long that what ends here no longer waits for it. */
  givenUp(): Promise<void> {
    return new Promise((resolve) => {
      let away = 0;
      const watching = setInterval(() => {
        away = this.isReached ? 0 : away + 1;
        if (away < mostAway && !this.#isClosed) return;
        clearInterval(watching);
        resolve();
      }, 1000);
    });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#asking);
  }

  #askLater(): void {
    this.#asking = setTimeout(() => void this.#ask(), askMs).unref();
  }

  async #ask(): Promise<void> {
    const isBack = await requireAnswer(this.#address).then(
      () => true,
      () => false,
    );
    if (this.#isClosed) return;
    if (!isBack) return this.#askLater();
    this.#asking = undefined;
    this.#told.onBack();
  }
}
