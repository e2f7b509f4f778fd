import { TrazoError } from "../../errors.js";

/** A `Worker`, as far as it is used. */
export interface WorkerLike {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: string, listener: (event: unknown) => void): void;
  terminate(): void;
}

/** By this name bundlers find the worker's program. Node's types, with which the library is checked, do not have it. */
declare const Worker: (new (url: URL, options: { readonly type: "module" }) => WorkerLike) | undefined;

/**
 * Starts the worker of `trainInWorker`. In the built library this file and the worker's program lie side by side.
 *
 * @throws TrazoError where there are no workers
 */
export function startWorker(start: (() => WorkerLike) | undefined): WorkerLike {
  if (start) return start();
  if (typeof Worker === "undefined") {
    throw new TrazoError("This environment has no Worker. Train with model.fit.");
  }
  return new Worker(new URL("./index.js", import.meta.url), { type: "module" });
}
