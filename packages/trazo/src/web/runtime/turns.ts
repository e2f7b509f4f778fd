/** Has things done one after the other. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Does something when all that was asked for before is done. */
  take<T>(use: () => Promise<T>): Promise<T> {
    const used = this.#last.then(use);
    this.#last = used.catch(() => {});
    return used;
  }
}
