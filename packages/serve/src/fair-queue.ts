/** Waiting items of several clients, which are taken from each client in turn. */
export class FairQueue<Item> {
  /** The order of the keys is the order of turns. */
  readonly #byClient = new Map<object, Item[]>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** @returns whether nothing of this client was waiting before */
  add(client: object, item: Item): boolean {
    const items = this.#byClient.get(client);
    if (items) items.push(item);
    else this.#byClient.set(client, [item]);
    this.#length++;
    return items === undefined;
  }

  /** The next client's oldest item. */
  take(): Item | undefined {
    const [next] = this.#byClient;
    if (!next) return undefined;
    const [client, items] = next;
    this.#byClient.delete(client);
    const item = items.shift();
    if (items.length > 0) this.#byClient.set(client, items);
    this.#length--;
    return item;
  }

  /** Removes everything of a client. @returns what was waiting */
  drop(client: object): readonly Item[] {
    const items = this.#byClient.get(client) ?? [];
    this.#byClient.delete(client);
    this.#length -= items.length;
    return items;
  }
}
