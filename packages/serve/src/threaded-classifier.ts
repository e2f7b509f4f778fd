import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { ImageClassifier, OpenClassifierOptions, Tensor } from "trazo";
import { TrazoError } from "trazo";
import { keepNoRecords } from "trazo/node";
import type { Failure, FromWorker, ToWorker, WorkerSettings } from "./classifier-worker.js";

interface Asked {
  readonly resolve: (probabilities: Tensor<"float32">) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Opens a model in a thread of its own. An inference keeps the thread that asks for it busy until it ends; the server's
 * own thread must stay free for its connections, of which it accepts only one each time that it comes round.
 *
 * @param threads for one inference; default: one a processor
 * @param options as `openClassifier`'s
 * @throws TrazoError when the file cannot be read or its model does not take pictures
 */
export async function openThreadedClassifier(
  path: string,
  threads?: number,
  options: Pick<OpenClassifierOptions, "preparation" | "output"> = {},
): Promise<ImageClassifier> {
  keepNoRecords();
  const settings: WorkerSettings = { path, threads, ...options };
  const worker = new Worker(new URL("./classifier-worker.js", import.meta.url), { workerData: settings });
  const asked = new Map<number, Asked>();
  const ended = once(worker, "exit");
  const [first] = (await once(worker, "message")) as [FromWorker];
  if (!("opened" in first)) {
    await worker.terminate();
    throw "failure" in first
      ? errorFrom(first.failure)
      : new Error("The model's thread began with an answer.");
  }
  worker.on("message", (message: FromWorker) => settle(asked, message));
  // Nothing can be classified any more: the process ends with the error, so that a supervisor restarts it.
  let disposed = false;
  worker.on("exit", () => {
    if (!disposed) throw new Error("The model's thread has ended unexpectedly.");
  });
  let next = 0;
  return {
    ...first.opened,
    classify: ({ shape, data }) =>
      new Promise((resolve, reject) => {
        const id = next++;
        asked.set(id, { resolve, reject });
        worker.postMessage({ id, shape, pixels: data as Uint8Array } satisfies ToWorker);
      }),
    async dispose() {
      disposed = true;
      worker.postMessage("dispose" satisfies ToWorker);
      await ended;
    },
  };
}

function settle(asked: Map<number, Asked>, message: FromWorker): void {
  if (!("id" in message) || message.id === undefined) return;
  const one = asked.get(message.id);
  asked.delete(message.id);
  if ("failure" in message) one?.reject(errorFrom(message.failure));
  else if ("data" in message) one?.resolve({ dtype: "float32", shape: message.shape, data: message.data });
}

function errorFrom({ message, stack, explained }: Failure): Error {
  const error = explained ? new TrazoError(message) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
