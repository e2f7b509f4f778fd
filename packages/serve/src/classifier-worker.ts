import { parentPort, workerData } from "node:worker_threads";
import type { ImageClassifier } from "trazo";
import { nodeRuntime, openClassifier, TrazoError, tensor } from "trazo";
import type { Preparation } from "trazo/node";

/** What the thread is started with. */
export interface WorkerSettings {
  readonly path: string;
  readonly threads: number | undefined;
  readonly preparation?: Partial<Preparation> | undefined;
  readonly output?: string | undefined;
}

/** To the thread. A number identifies a question; its answer bears the same. */
export type ToWorker =
  | { readonly id: number; readonly shape: readonly number[]; readonly pixels: Uint8Array }
  | "dispose";

/** From the thread: the classifier when it is open, then answers. */
export type FromWorker =
  | { readonly opened: Omit<ImageClassifier, "classify" | "dispose"> }
  | { readonly id: number; readonly shape: readonly number[]; readonly data: Float32Array<ArrayBuffer> }
  | { readonly id: number | undefined; readonly failure: Failure };

/** An error as far as threads can hand it on. */
export interface Failure {
  readonly message: string;
  readonly stack: string | undefined;
  /** Whether it was made for people. */
  readonly explained: boolean;
}

const port = parentPort;
if (!port) throw new Error("This file is the program of a thread.");
const tell = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

const fail = (id: number | undefined, error: unknown): void => {
  const { message, stack } = error as Error;
  tell({ id, failure: { message, stack, explained: error instanceof TrazoError } });
};

try {
  const { path, threads, preparation: given, output } = workerData as WorkerSettings;
  const runtime = await nodeRuntime(threads === undefined ? {} : { threads });
  const classifier = await openClassifier(path, { runtime, preparation: given, output });
  const { name, imageShape, classes, preparation, notes, pictureNotes } = classifier;
  port.on("message", (message: ToWorker) => void answer(classifier, message));
  tell({ opened: { name, imageShape, classes, preparation, notes, pictureNotes } });
} catch (error) {
  fail(undefined, error);
}

async function answer(classifier: ImageClassifier, message: ToWorker): Promise<void> {
  if (message === "dispose") {
    await classifier.dispose();
    port?.close();
    return;
  }
  try {
    const { shape, data } = await classifier.classify(tensor("uint8", message.shape, message.pixels));
    const own = data.slice();
    tell({ id: message.id, shape, data: own }, [own.buffer]);
  } catch (error) {
    fail(message.id, error);
  }
}
