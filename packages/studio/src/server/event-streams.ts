import type { ServerResponse } from "node:http";
import type { StudioEvent } from "../protocol/messages.js";

/** Milliseconds between signs of life, so that nothing between takes a quiet connection for a dead one. */
const aliveMs = 15_000;
/** Bytes waiting for a page from which on it is not told what the next message says anew. */
const manyWaiting = 64 * 1024;
/** Bytes that may wait for a page that does not read: then it is cut off, and its browser connects again. */
const mostWaiting = 8 * 1024 * 1024;

/** The pages that listen, by the name each has given itself. */
export class EventStreams {
  readonly #open = new Map<string, ServerResponse>();
  readonly #timer = setInterval(() => this.#send([...this.#open.values()], ": alive\n\n"), aliveMs).unref();

  get count(): number {
    return this.#open.size;
  }

  /** @param onClose told when the page has gone */
  add(client: string, response: ServerResponse, onClose: () => void): void {
    this.#open.get(client)?.end();
    this.#open.set(client, response);
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    response.write("retry: 500\n\n");
    response.on("close", () => {
      // The same page may have come back already.
      if (this.#open.get(client) !== response) return;
      this.#open.delete(client);
      onClose();
    });
  }

  /** Tells every page, or, of a reading, the page that asked for it. */
  tell(event: StudioEvent): void {
    const message = `data: ${JSON.stringify(event)}\n\n`;
    const pages = [...this.#open]
      .filter(([client]) => event.type !== "reading" || client === event.client)
      .map(([, response]) => response);
    // Over a slow connection, old readings would only delay new ones.
    const isSaidAnew =
      event.type === "reading" || (event.type === "pictures" && event.run.status === "running");
    this.#send(
      isSaidAnew ? pages.filter(({ writableLength }) => writableLength < manyWaiting) : pages,
      message,
    );
  }

  /** Ends what is open; pages connect again. */
  endAll(): void {
    for (const response of this.#open.values()) response.end();
  }

  close(): void {
    clearInterval(this.#timer);
    this.endAll();
    this.#open.clear();
  }

  #send(responses: readonly ServerResponse[], message: string): void {
    for (const response of responses) {
      if (response.writableLength > mostWaiting) response.destroy();
      else response.write(message);
    }
  }
}
