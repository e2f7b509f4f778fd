import type { StudioEvent } from "../../protocol/messages.js";
import type { OpenEngine } from "./link.js";

/** Milliseconds after which a page that was turned away asks again. */
const againMs = 2000;

/** The engine in the process that serves the page: questions are posted, events come as server-sent events. */
export const openNativeEngine: OpenEngine = (client, listener) => {
  function listen(): void {
    const source = new EventSource(`api/events?client=${client}`);
    source.onopen = () => listener.onOpen();
    source.onmessage = ({ data }: MessageEvent<string>) => listener.onEvent(JSON.parse(data) as StudioEvent);
    source.onerror = () => {
      listener.onLost();
      // The browser connects again by itself, but after an answer that is none.
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, againMs);
    };
  }
  listen();
  return {
    async ask(command, ask) {
      const response = await fetch("api/ask", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ command, ...ask }),
      });
      const body = (await response.json()) as { answer: never } | { error: string };
      if ("error" in body) throw new Error(body.error);
      return body.answer;
    },
  };
};
