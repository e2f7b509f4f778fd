import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { TrazoError } from "trazo";
import type { Answer, CommandName, Question, StudioEvent } from "../protocol/messages.js";
import { Refused } from "../protocol/refusals.js";
import type { FromLab, LabFailure, LabSettings, ToLab } from "./lab-messages.js";

/** Times that a thread which has died is replaced. One that dies again and again will not be helped by another. */
const mostRestarts = 5;

/** A lab in a thread of its own: a training step keeps the thread that takes it busy, and pages are not to wait for it. */
export interface ThreadedLab {
  /** @throws Refused when the lab refuses, or its thread has died meanwhile */
  ask(question: Question): Promise<Answer<CommandName>>;
  /** A page is gone. */
  forget(client: string): void;
  /** Lets the step end and the run be kept, so that it can be resumed. */
  close(): Promise<void>;
}

export interface LabListener {
  /** Told everything that the lab tells. */
  onEvent(event: StudioEvent): void;
  /** The thread has died, as for want of memory. */
  onDeath(cause: unknown): void;
  /** Another has taken its place, with the runs that were kept. */
  onRestart(): void;
}

interface Asked {
  readonly resolve: (answer: Answer<CommandName>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts the lab's thread and waits until its data are there.
 *
 * @param program what the thread runs. Default: the lab
 * @throws TrazoError when the data cannot be read
 */
export async function openThreadedLab(
  settings: LabSettings,
  listener: LabListener,
  program = new URL("./lab-thread.js", import.meta.url),
): Promise<ThreadedLab> {
  const asked = new Map<number, Asked>();
  let next = 0;
  let restarts = 0;
  let isClosing = false;
  let thread = start();
  await thread;

  async function start(): Promise<Worker> {
    const worker = new Worker(program, { workerData: settings });
    await readiness(worker);
    worker.on("message", take);
    let cause: unknown;
    worker.on("error", (error) => {
      cause = error;
    });
    worker.on("exit", (code) => {
      if (!isClosing) replace(cause ?? new Error(`The engine's thread has ended with code ${code}.`));
    });
    return worker;
  }

  function replace(cause: unknown): void {
    for (const { reject } of asked.values()) reject(new Refused({ kind: "restarted" }));
    asked.clear();
    listener.onDeath(cause);
    thread = ++restarts > mostRestarts ? Promise.reject(new Refused({ kind: "dead" })) : start();
    thread.then(() => listener.onRestart(), listener.onDeath);
  }

  function take(message: FromLab): void {
    if (message === "ready") return;
    if ("event" in message) {
      listener.onEvent(message.event);
      return;
    }
    if (message.id === undefined) return;
    const one = asked.get(message.id);
    asked.delete(message.id);
    if ("failure" in message) one?.reject(errorFrom(message.failure));
    else one?.resolve(message.answer);
  }

  return {
    async ask(question) {
      const worker = await thread;
      return await new Promise((resolve, reject) => {
        const id = next++;
        asked.set(id, { resolve, reject });
        worker.postMessage({ id, question } satisfies ToLab);
      });
    },
    forget(client) {
      void thread.then(
        (worker) => worker.postMessage({ forget: client } satisfies ToLab),
        () => undefined,
      );
    },
    async close() {
      isClosing = true;
      const worker = await thread.catch(() => undefined);
      if (!worker || worker.threadId < 0) return;
      const ended = once(worker, "exit");
      worker.postMessage("close" satisfies ToLab);
      await ended;
    },
  };
}

/** Waits until the lab can be asked. @throws the error that kept it from that */
async function readiness(worker: Worker): Promise<void> {
  const [first] = (await Promise.race([once(worker, "message"), once(worker, "exit")])) as [FromLab | number];
  if (first === "ready") return;
  if (typeof first === "number") throw new Error(`The engine's thread has ended with code ${first}.`);
  await worker.terminate();
  throw "failure" in first ? errorFrom(first.failure) : new Error("No lab.");
}

function errorFrom({ message, stack, explained, refusal }: LabFailure): Error {
  if (refusal) return new Refused(refusal);
  const error = explained ? new TrazoError(message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
