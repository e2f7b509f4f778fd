import type { Letter, Note, StartThread } from "../../plan/crew/thread.js";

/** What a thread is told before all letters. */
export interface ThreadSettings {
  /** Whether its products are those of relaxed SIMD. */
  readonly relaxed: boolean;
}

interface Browser {
  readonly Worker: new (
    url: string,
    options: { readonly name: string },
  ) => {
    postMessage(message: unknown): void;
    terminate(): void;
    onmessage: ((event: { readonly data: Note }) => void) | null;
    onerror: ((event: { readonly message?: string }) => void) | null;
  };
}

/**
 * Starts threads of a browser. Their program, plan-thread.ts, is text that is loaded with the first of them: bundlers have nothing to
 * look for.
 */
export function threadStarter(settings: ThreadSettings): StartThread {
  const program = import("../generated/plan-thread.js");
  // Each thread that is started reports the error.
  program.catch(() => {});
  return (received, failed) => {
    let worker: InstanceType<Browser["Worker"]> | undefined;
    let isExpected = false;
    const fail = (reason: string): void => {
      if (!isExpected) failed(reason);
      isExpected = true;
    };
    /** Until the thread is there. From then on letters are sent at once: a run that follows may block this thread. */
    const waiting: (Letter | ThreadSettings)[] = [settings];
    const start = (text: string): void => {
      if (isExpected) return;
      const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
      worker = new (globalThis as unknown as Browser).Worker(url, { name: "trazo" });
      worker.onmessage = ({ data }) => {
        // Its program is loaded; the first message says so.
        if (data.kind === "ready") URL.revokeObjectURL(url);
        received(data);
      };
      worker.onerror = ({ message }) => fail(message ?? "its program could not be started");
      for (const letter of waiting.splice(0)) worker.postMessage(letter);
    };
    program.then(({ planThread }) => start(planThread)).catch((error: Error) => fail(error.message));
    return {
      post(letter) {
        if (letter.kind === "end") isExpected = true;
        if (worker) worker.postMessage(letter);
        else waiting.push(letter);
      },
      // Pages end when they are left, whatever their threads do.
      hold() {},
      end() {
        isExpected = true;
        worker?.terminate();
      },
    };
  };
}
