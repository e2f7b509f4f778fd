import { Worker } from "node:worker_threads";
import type { Note, StartThread } from "../../plan/crew/thread.js";
import { planThread } from "../generated/plan-thread.js";
import { requireThreadRoom } from "./thread-room.js";

/** What a thread is given besides letters. */
export interface ThreadData {
  /** Where packages are looked for from. */
  readonly moduleUrl: string;
  /** Models of products by `keyOfProduct`. */
  readonly products: Readonly<Record<string, Uint8Array>>;
}

/**
 * Starts threads of Node. Their program, plan-thread.ts, comes with the library as text: there is no file to look for, whatever the
 * library was packed into.
 */
export function threadStarter(products: ThreadData["products"]): StartThread {
  return (received, failed) => {
    requireThreadRoom(2);
    const data: ThreadData = { moduleUrl: import.meta.url, products };
    // Options of the process, such as loaders, are none of a thread's business.
    const worker = new Worker(planThread, { eval: true, execArgv: [], workerData: data, name: "trazo" });
    let isExpected = false;
    const fail = (reason: string): void => {
      if (!isExpected) failed(reason);
      isExpected = true;
    };
    worker.on("message", (note: Note) => received(note));
    worker.on("error", (error) => fail(error instanceof Error ? error.message : String(error)));
    worker.on("exit", (code) => fail(`it stopped with code ${code}`));
    return {
      post(letter) {
        if (letter.kind === "end") isExpected = true;
        worker.postMessage(letter);
      },
      hold(isBusy) {
        if (isBusy) worker.ref();
        else worker.unref();
      },
      end() {
        isExpected = true;
        void worker.terminate();
      },
    };
  };
}
