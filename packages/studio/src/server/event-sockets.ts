import type { WebSocket } from "ws";
import type { StudioEvent } from "../protocol/messages.js";

/** Milliseconds between signs of life. A page that has given none in that time is taken for gone. */
const aliveMs = 15_000;
/** Bytes waiting for a page from which on it is not told what the next message says anew. */
const manyWaiting = 64 * 1024;
/** Bytes that may wait for a page that does not read: then it is cut off, and connects again. */
const mostWaiting = 8 * 1024 * 1024;
/** What WebSocket calls it when a server starts again. */
const restarts = 1012;

/** A connection to a page, as far as it is used. */
export type PageSocket = Pick<WebSocket, "bufferedAmount" | "ping" | "send" | "terminate"> & {
  close(code?: number, reason?: string): void;
  on(event: "close" | "error" | "pong", listener: () => void): unknown;
};

interface OpenPage {
  readonly socket: PageSocket;
  hasAnswered: boolean;
}

/** The pages that listen, by the name each has given itself. */
export class EventSockets {
  readonly #open = new Map<string, OpenPage>();
  readonly #timer = setInterval(() => this.#askForLife(), aliveMs).unref();

  get count(): number {
    return this.#open.size;
  }

  has(client: string): boolean {
    return this.#open.has(client);
  }

  /** @param onClose told when the page has gone */
  add(client: string, socket: PageSocket, onClose: () => void): void {
    this.#open.get(client)?.socket.close();
    const page: OpenPage = { socket, hasAnswered: true };
    this.#open.set(client, page);
    socket.on("pong", () => {
      page.hasAnswered = true;
    });
    // What is wrong with a connection ends it.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      // The same page may have come back already.
      if (this.#open.get(client) !== page) return;
      this.#open.delete(client);
      onClose();
    });
  }

  /** Tells every page, or, of a reading, the page that asked for it. */
  tell(event: StudioEvent): void {
    const message = JSON.stringify(event);
    // Over a slow connection, old readings would only delay new ones.
    const isSaidAnew =
      event.type === "reading" || (event.type === "pictures" && event.run.status === "running");
    for (const [client, { socket }] of [...this.#open]) {
      if (event.type === "reading" && client !== event.client) continue;
      if (socket.bufferedAmount > mostWaiting) socket.terminate();
      else if (!isSaidAnew || socket.bufferedAmount < manyWaiting) socket.send(message);
    }
  }

  /** Ends what is open; pages connect again. */
  endAll(): void {
    for (const { socket } of this.#open.values()) socket.close(restarts);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const { socket } of [...this.#open.values()]) socket.terminate();
    this.#open.clear();
  }

  #askForLife(): void {
    for (const page of [...this.#open.values()]) {
      if (!page.hasAnswered) {
        page.socket.terminate();
        continue;
      }
      page.hasAnswered = false;
      page.socket.ping();
    }
  }
}
