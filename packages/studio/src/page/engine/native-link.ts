import type { StudioEvent } from "../../protocol/messages.js";
import { type Refusal, Refused } from "../../protocol/refusals.js";
import type { OpenEngine } from "./link.js";

/** Milliseconds after which a page that was turned away asks again. */
const againMs = 2000;
/** Milliseconds after which a page that nobody sees gives its connection to others: browsers have six for all pages of a server. */
const unseenMs = 5000;

/** The engine in the process that serves the page: questions are posted, events come as server-sent events. */
export const openNativeEngine: OpenEngine = (client, listener) => {
  let source: EventSource | undefined;
  let unseen: ReturnType<typeof setTimeout> | undefined;

  function listen(): void {
    const made = new EventSource(`api/events?client=${client}`);
    source = made;
    made.onopen = () => listener.onOpen();
    made.onmessage = ({ data }: MessageEvent<string>) => listener.onEvent(JSON.parse(data) as StudioEvent);
    made.onerror = () => {
      listener.onLost();
      // The browser connects again by itself, but after an answer that is none.
      if (made.readyState === EventSource.CLOSED) setTimeout(() => source === made && listen(), againMs);
    };
  }
  listen();
  document.addEventListener("visibilitychange", () => {
    clearTimeout(unseen);
    if (document.visibilityState === "hidden") unseen = setTimeout(letGo, unseenMs);
    else if (!source) listen();
  });

  function letGo(): void {
    source?.close();
    source = undefined;
  }
  return {
    async ask(command, ask) {
      const reply = await posted({ command, ...ask });
      if ("refusal" in reply) throw new Refused(reply.refusal);
      if ("error" in reply) throw new Refused({ kind: "other", message: reply.error });
      return reply.answer;
    },
  };
};

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
