import { describe, expect, it } from "vitest";
import { createLimiter } from "../src/limiter.js";

describe("createLimiter", () => {
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

  it("goes on after a task that failed", async () => {
    const limiter = createLimiter(1, 5);
    const failed = limiter(() => Promise.reject(new Error("no")));
    const next = limiter(async () => "yes");
    await expect(failed).rejects.toThrow("no");
    expect(await next).toBe("yes");
  });
});
