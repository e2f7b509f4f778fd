import { FairQueue } from "./fair-queue.js";
import { RequestError } from "./request-error.js";

/**
 * Runs a task now or when it is its turn. Tasks with the same signal belong to one request.
 *
 * @throws the signal's reason when it is aborted before the task starts
 */
export type Limiter = <T>(task: () => Promise<T>, signal: AbortSignal) => Promise<T>;

interface Waiting {
  readonly start: () => void;
  readonly cancel: (reason: unknown) => void;
}

/**
 * Lets a few tasks run at once. The others wait, and requests take turns: one with many tasks does not hold up one with a single task.
 *
 * @param concurrent most tasks that run
 * @param maxWaiting most tasks that wait; the limiter throws a RequestError `overloaded` for more
 */
export function createLimiter(concurrent: number, maxWaiting: number): Limiter {
  const waiting = new FairQueue<Waiting>();
  let running = 0;

  const turn = (signal: AbortSignal): Promise<void> =>
    new Promise((start, cancel) => {
      const isFirst = waiting.add(signal, { start, cancel });
      if (!isFirst) return;
      const onAbort = (): void => {
        for (const one of waiting.drop(signal)) one.cancel(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
    });

  return async (task, signal) => {
    signal.throwIfAborted();
    if (running < concurrent) running++;
    else if (waiting.length >= maxWaiting) {
      throw new RequestError(
        "overloaded",
        `The server is busy: ${waiting.length} pictures are waiting. Try again in a moment.`,
      );
    } else await turn(signal);
    try {
      signal.throwIfAborted();
      return await task();
    } finally {
      const next = waiting.take();
      if (next) next.start();
      else running--;
    }
  };
}
