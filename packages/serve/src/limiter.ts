import { RequestError } from "./request-error.js";

/** Runs a task now or when it is its turn. */
export type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

/**
 * Lets a few tasks run at once and the others wait in order.
 *
 * @param concurrent most tasks that run
 * @param maxWaiting most tasks that wait; the limiter throws a RequestError `overloaded` for more
 */
export function createLimiter(concurrent: number, maxWaiting: number): Limiter {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running < concurrent) running++;
    else if (waiting.length >= maxWaiting) {
      throw new RequestError("overloaded", `${waiting.length} pictures are waiting. Try again in a moment.`);
    } else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
