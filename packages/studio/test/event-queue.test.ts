import { expect, it } from "vitest";
import { EventQueue } from "../src/page/state/event-queue.js";

it("events are taken together, and after an answer that says what was before them", () => {
  const taken: string[][] = [];
  const due: (() => void)[] = [];
  const events = new EventQueue<string>(
    (some) => taken.push([...some]),
    (work) => due.push(work),
  );
  const frame = (): void => {
    for (const work of due.splice(0)) work();
  };
  events.add("a");
  events.add("b");
  expect(taken).toEqual([]);
  frame();
  expect(taken).toEqual([["a", "b"]]);
  events.hold();
  events.add("c");
  frame();
  events.add("d");
  expect(taken).toHaveLength(1);
  events.release();
  expect(taken.at(-1)).toEqual(["c", "d"]);
  events.add("e");
  frame();
  expect(taken.at(-1)).toEqual(["e"]);
});
