import { afterEach, expect, it, vi } from "vitest";

/** Of the page's own project, which knows browsers. */
const module = new URL("../src/page/engine/may-start-threads.ts", import.meta.url).href;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("does not wait for ever for a thread that never says anything", async () => {
  vi.useFakeTimers();
  vi.stubGlobal("crossOriginIsolated", true);
  const terminate = vi.fn();
  vi.stubGlobal(
    "Worker",
    class {
      terminate = terminate;
    },
  );
  const { mayStartThreads } = (await import(module)) as { mayStartThreads(): Promise<boolean> };
  const answer = mayStartThreads();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await Promise.race([answer, "nothing"])).toBe(false);
  expect(terminate).toHaveBeenCalledOnce();
});
