import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { TrazoError } from "trazo";
import type { Answer, CommandName, Question, StudioEvent } from "../protocol/messages.js";
import type { FromLab, LabFailure, LabSettings, ToLab } from "./lab-messages.js";

/** A lab in a thread of its own: a training step keeps the thread that takes it busy, and pages are not to wait for it. */
export interface ThreadedLab {
  ask(question: Question): Promise<Answer<CommandName>>;
  /** A page is gone. */
  forget(client: string): void;
  /** Lets the step end and the run be kept, so that it can be resumed. */
  close(): Promise<void>;
}

interface Asked {
  readonly resolve: (answer: Answer<CommandName>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts the lab's thread and waits until its data are there.
 *
 * @param onEvent told everything that the lab tells
 * @throws TrazoError when the data cannot be read
 */
export async function openThreadedLab(
  settings: LabSettings,
  onEvent: (event: StudioEvent) => void,
): Promise<ThreadedLab> {
  const worker = new Worker(new URL("./lab-thread.js", import.meta.url), { workerData: settings });
  const ended = once(worker, "exit");
  const asked = new Map<number, Asked>();
  const [first] = (await once(worker, "message")) as [FromLab];
  if (first !== "ready") {
    await worker.terminate();
    throw typeof first === "object" && "failure" in first ? errorFrom(first.failure) : new Error("No lab.");
  }
  worker.on("message", (message: FromLab) => {
    if (message === "ready") return;
    if ("event" in message) return onEvent(message.event);
    if (message.id === undefined) return;
    const one = asked.get(message.id);
    asked.delete(message.id);
    if ("failure" in message) one?.reject(errorFrom(message.failure));
    else one?.resolve(message.answer);
  });
  let next = 0;
  const send = (message: ToLab): void => worker.postMessage(message);
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        const id = next++;
        asked.set(id, { resolve, reject });
        send({ id, question });
      }),
    forget: (client) => send({ forget: client }),
    async close() {
      send("close");
      await ended;
    },
  };
}

function errorFrom({ message, stack, explained }: LabFailure): Error {
  const error = explained ? new TrazoError(message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
