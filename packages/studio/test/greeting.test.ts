import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Hello } from "../src/protocol/messages.js";
import { Refused } from "../src/protocol/refusals.js";
import { finished, helloOf, stateBeside } from "./engine-of-answers.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const settled = () => vi.advanceTimersByTimeAsync(0);

/** A page beside an engine whose greetings are answered when the test says so. */
function greeted() {
  const greetings: { answer: (hello: Hello) => void; refuse: () => void }[] = [];
  const page = stateBeside([], {
    hello: () =>
      new Promise<Hello>((answer, reject) => {
        greetings.push({ answer, refuse: () => reject(new Refused({ kind: "unreachable" })) });
      }),
  });
  return { ...page, greetings };
}

it("greets again where the engine did not answer, and then takes what it was told meanwhile", async () => {
  const { studio, open, tell, greetings } = greeted();
  open();
  greetings[0]?.refuse();
  tell({ type: "playing", playing: true });
  await vi.advanceTimersByTimeAsync(5000);
  expect(greetings).toHaveLength(2);
  greetings[1]?.answer(helloOf([finished(1, "base")]));
  await settled();
  expect([studio.runs.value.size, studio.playing.value]).toEqual([1, true]);
  expect(studio.problem.about.value).toBeUndefined();
});

it("shows what the last of two greetings was answered, in whatever order the answers come", async () => {
  const { studio, open, tell, greetings } = greeted();
  open();
  open();
  greetings[1]?.answer(helloOf([finished(1, "base"), finished(2, "l2")]));
  await settled();
  tell({ type: "playing", playing: true });
  await settled();
  greetings[0]?.answer(helloOf([finished(1, "base")]));
  await settled();
  expect([studio.runs.value.size, studio.playing.value]).toEqual([2, true]);
});

it("does not take an engine for found that was lost before it answered", async () => {
  const { studio, open, lose, greetings } = greeted();
  open();
  lose();
  greetings[0]?.answer(helloOf([]));
  await settled();
  expect([studio.isLost.value, studio.opening.value]).toEqual([true, 0]);
});

it("goes on saying why the engine cannot be had when an answer comes late", async () => {
  const { studio, open, fail, greetings } = greeted();
  open();
  fail({ kind: "tooManyPages", most: 200 });
  greetings[0]?.answer(helloOf([]));
  await settled();
  expect(studio.problem.about.value).toBe("opening");
});
