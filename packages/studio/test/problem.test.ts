import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ProblemState } from "../src/page/state/problem.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function told(): ProblemState {
  const problem = new ProblemState();
  problem.tell({ kind: "unreachable" }, "readTest");
  return problem;
}

it("a problem stays while other questions are answered, until somebody can have read it", () => {
  const problem = told();
  problem.settle("watch");
  expect(problem.shown.value).toEqual({ kind: "unreachable" });
  vi.advanceTimersByTime(10_000);
  expect(problem.shown.value).toEqual({ kind: "unreachable" });
  problem.settle("watch");
  expect(problem.shown.value).toBeUndefined();
});

it("a problem is over once the same question is answered", () => {
  const problem = told();
  problem.settle("readTest");
  expect(problem.shown.value).toBeUndefined();
});
