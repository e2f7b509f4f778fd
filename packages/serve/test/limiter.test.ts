import { describe, expect, it } from "vitest";
import { createLimiter } from "../src/limiter.js";

/** A task that ends when it is told to. */
function manual(): { task: () => Promise<string>; started: () => boolean; finish: () => void } {
  let finish: (() => void) | undefined;
  return {
    task: () =>
      new Promise((resolve) => {
        finish = () => resolve("done");
      }),
    started: () => finish !== undefined,
    finish: () => finish?.(),
  };
}

describe("createLimiter", () => {
  const { signal } = new AbortController();

  it("lets a few tasks run at once, the others in order, and refuses more than may wait", async () => {
    const limiter = createLimiter(2, 3);
    const [started, finish]: [number[], (() => void)[]] = [[], []];
    const run = (i: number): Promise<number> =>
      limiter(
        () =>
          new Promise((resolve) => {
            started.push(i);
            finish.push(() => resolve(i));
          }),
        signal,
      );
    const tasks = [0, 1, 2, 3, 4].map(run);
    await expect(run(5)).rejects.toMatchObject({ code: "overloaded" });
    expect(started).toEqual([0, 1]);
    for (let i = 0; i < 5; i++) {
      finish[i]?.();
      expect(await tasks[i]).toBe(i);
      await new Promise(setImmediate);
      expect(started).toEqual([0, 1, 2, 3, 4].slice(0, i + 3));
    }
  });

  it("continues after a task that failed", async () => {
    const limiter = createLimiter(1, 5);
    const failed = limiter(() => Promise.reject(new Error("no")), signal);
    const next = limiter(async () => "yes", signal);
    await expect(failed).rejects.toThrow("no");
    expect(await next).toBe("yes");
  });

  it("lets requests take turns, so that one with many tasks does not hold up one with a single task", async () => {
    const limiter = createLimiter(1, 1000);
    const order: string[] = [];
    const run = (name: string, request: AbortSignal): Promise<number> =>
      limiter(async () => order.push(name), request);
    const [greedy, modest] = [new AbortController().signal, new AbortController().signal];
    const many = Array.from({ length: 100 }, () => run("many", greedy));
    const one = run("one", modest);
    await Promise.all([...many, one]);
    expect(order).toHaveLength(101);
    expect(order.indexOf("one")).toBeLessThanOrEqual(2);
  });

  it("drops the waiting tasks of a request that was aborted, and makes room for others", async () => {
    const limiter = createLimiter(1, 3);
    const [running, dropped, later] = [manual(), manual(), manual()];
    const [gone, here] = [new AbortController(), new AbortController()];
    const first = limiter(running.task, here.signal);
    const waiting = [1, 2, 3].map(() => limiter(dropped.task, gone.signal));
    gone.abort(new Error("gone"));
    for (const one of waiting) await expect(one).rejects.toThrow("gone");
    await expect(limiter(dropped.task, gone.signal)).rejects.toThrow("gone");
    const next = limiter(later.task, here.signal);
    running.finish();
    expect(await first).toBe("done");
    await new Promise(setImmediate);
    expect([dropped.started(), later.started()]).toEqual([false, true]);
    later.finish();
    expect(await next).toBe("done");
  });
});
