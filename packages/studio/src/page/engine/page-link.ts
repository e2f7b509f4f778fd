import type { Answer, CommandName, Question } from "../../protocol/messages.js";
import { type Refusal, Refused } from "../../protocol/refusals.js";
import type { OpenEngine } from "./link.js";
import type { FromWorker, ToWorker } from "./messages.js";

/** Milliseconds between two signs of life that the worker is asked for, and how long it may take for one. */
const pingMs = 4000;
const deadMs = 12_000;
/** Times that a worker which has died is replaced, and milliseconds that each has to wait longer than the one before. */
const mostRestarts = 5;
const restartMs = 500;

interface Asked {
  readonly resolve: (answer: Answer<CommandName>) => void;
  readonly reject: (error: Error) => void;
}

/** The engine in a worker of the page. One that has died is replaced; what it had finished is kept. */
export const openPageEngine: OpenEngine = (_client, listener) => {
  const asked = new Map<number, Asked>();
  let next = 0;
  let restarts = 0;
  /** Undefined while there is none, which has a reason. */
  let worker: Worker | undefined;
  let reason: Refusal = { kind: "restarted" };
  let hasFailed = false;
  start();
  // What could not be fetched may be there now.
  addEventListener("online", retry);

  function start(): void {
    const made = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker = made;
    let heard = performance.now();
    made.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      heard = performance.now();
      if (typeof data === "object" && "failed" in data) fail(data.failed);
      else take(data);
    };
    made.onerror = (event) => {
      event.preventDefault();
      restart();
    };
    let ticked = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      // A hidden or frozen page, or a machine that slept, runs late itself: what it has not heard says nothing.
      if (document.visibilityState === "hidden" || now - ticked > 2 * pingMs) heard = now;
      ticked = now;
      if (now - heard > deadMs) restart();
      else made.postMessage({ id: -1, ping: true } satisfies ToWorker);
    }, pingMs);

    function restart(): void {
      if (!end()) return;
      listener.onLost();
      // A program that cannot be loaded dies at once.
      if (++restarts <= mostRestarts) setTimeout(start, restartMs * restarts);
      else fail({ kind: "pageDead" });
    }

    function fail(because: Refusal): void {
      reason = because;
      end();
      hasFailed = true;
      listener.onFailed(reason);
    }

    /** @returns whether it was the one that is asked */
    function end(): boolean {
      clearInterval(timer);
      made.terminate();
      if (worker !== made) return false;
      worker = undefined;
      for (const { reject } of asked.values()) reject(new Refused(reason));
      asked.clear();
      return true;
    }
  }

  /** Browsers remember what a worker could not load for as long as it lives: another one asks again. */
  function retry(): void {
    if (!hasFailed) return;
    hasFailed = false;
    restarts = 0;
    reason = { kind: "restarted" };
    start();
  }

  function take(message: Exclude<FromWorker, { readonly failed: Refusal }>): void {
    if (message === "ready") listener.onOpen();
    else if ("event" in message) listener.onEvent(message.event);
    else if ("loaded" in message) listener.onProgress(message.loaded, message.total);
    else settle(message);
  }

  function settle(message: Extract<FromWorker, { readonly id: number }>): void {
    const one = asked.get(message.id);
    asked.delete(message.id);
    if ("refusal" in message) one?.reject(new Refused(message.refusal));
    else one?.resolve(message.answer);
  }

  return {
    retry,
    ask: (command, ask) =>
      new Promise((resolve, reject) => {
        if (!worker) return reject(new Refused(reason));
        const id = next++;
        asked.set(id, { resolve: resolve as Asked["resolve"], reject });
        worker.postMessage({ id, question: { command, ...ask } as unknown as Question } satisfies ToWorker);
      }),
  };
};
