import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ChangesState } from "../src/page/state/changes.js";
import { finished, stateBeside } from "./engine-of-answers.js";

/** A page beside an engine with a base network and one with L2, of which it knows these shares of weights near zero. */
function pageWith(base: number, l2: number) {
  const shares = new Map([
    [1, base],
    [2, l2],
  ]);
  const { studio, ...page } = stateBeside([finished(1, "base"), finished(2, "l2")], {
    measures: ({ runs }) => ({
      runs: runs.map((run) => ({ run, nearZero: shares.get(run) ?? 0, silent: 0, moved: 0 })),
    }),
  });
  const { changes, measuring } = new ChangesState(studio);
  const shown = () => changes.value.map(({ technique, base, own }) => ({ technique, base, own }));
  return { ...page, shown, shares, measuring: () => [...measuring.value] };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const later = (): Promise<unknown> => vi.advanceTimersByTimeAsync(3000);

it("says what a technique has changed after one question about all networks, and asks nothing more", async () => {
  const page = pageWith(0.1, 0.9);
  page.open();
  // Its page can say that the figures are still to come.
  await vi.waitFor(() => expect(page.measuring()).toEqual([1, 2]));
  await later();
  expect(page.measuring()).toEqual([]);
  expect(page.shown()).toEqual([{ technique: "l2", base: 0.1, own: 0.9 }]);
  const asked = page.asked.map(({ command }) => command);
  expect(asked.filter((command) => command === "measures")).toHaveLength(1);
  expect(asked).not.toContain("inside");
});

it("forgets what it knew of runs when the engine is started again with others of the same numbers", async () => {
  const page = pageWith(0.1, 0.9);
  page.open();
  await later();
  page.shares.set(1, 0.2).set(2, 0.7);
  page.open();
  await later();
  expect(page.shown()).toEqual([{ technique: "l2", base: 0.2, own: 0.7 }]);
});
