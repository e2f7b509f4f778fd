import { eventsPath, mostPages, tooManyPages } from "../../protocol/connection.js";
import type { StudioEvent } from "../../protocol/messages.js";
import { type Refusal, Refused } from "../../protocol/refusals.js";
import type { EngineListener, OpenEngine } from "./link.js";

/** Milliseconds after which a page without a connection tries to get one. */
const againMs = 500;
/** The same where there was no room for it. */
const againWithRoomMs = 5000;
/** Milliseconds after which a page that nobody sees gives up its connection: it shows what is now when it is looked at again. */
const unseenMs = 5000;

/** The engine in the process that serves the page: questions are posted, events come by WebSocket. */
export const openNativeEngine: OpenEngine = (client, listener) => {
  const events = new Events(client, listener);
  if (isSeen()) events.listen();
  let unseen: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(unseen);
    if (isSeen()) events.listen();
    else unseen = setTimeout(() => events.letGo(), unseenMs);
  });
  return {
    async ask(command, ask) {
      const reply = await posted({ command, ...ask });
      if ("refusal" in reply) throw new Refused(reply.refusal);
      if ("error" in reply) throw new Refused({ kind: "other", message: reply.error });
      return reply.answer;
    },
  };
};

const isSeen = (): boolean => document.visibilityState === "visible";

/** What the engine tells, by a connection that is made again whenever it is lost. */
class Events {
  readonly #client: string;
  readonly #listener: EngineListener;
  #socket: WebSocket | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(client: string, listener: EngineListener) {
    this.#client = client;
    this.#listener = listener;
  }

  listen(): void {
    if (this.#socket) return;
    clearTimeout(this.#again);
    const socket = new WebSocket(addressOf(this.#client));
    this.#socket = socket;
    socket.onopen = () => this.#listener.onOpen();
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      if (this.#socket === socket) this.#listener.onEvent(JSON.parse(data) as StudioEvent);
    };
    socket.onclose = ({ code }) => {
      if (this.#socket === socket) this.#lose(code);
    };
  }

  letGo(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    clearTimeout(this.#again);
    socket?.close();
  }

  #lose(code: number): void {
    this.#socket = undefined;
    const hadRoom = code !== tooManyPages;
    this.#again = setTimeout(() => this.listen(), hadRoom ? againMs : againWithRoomMs);
    if (!hadRoom) this.#listener.onFailed({ kind: "tooManyPages", most: mostPages });
    else this.#listener.onLost();
  }
}

function addressOf(client: string): URL {
  const address = new URL(`${eventsPath}?client=${client}`, document.baseURI);
  address.protocol = address.protocol.replace("http", "ws");
  return address;
}

/** What the server answers; `error` is for authors of programs that ask what cannot be asked. */
type Reply = { readonly answer: never } | { readonly refusal: Refusal } | { readonly error: string };

async function posted(question: object): Promise<Reply> {
  try {
    const response = await fetch("api/ask", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(question),
    });
    return (await response.json()) as Reply;
  } catch (cause) {
    throw new Refused({ kind: "unreachable" }, { cause });
  }
}
