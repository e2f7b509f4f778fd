import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { seldom } from "../src/page/state/seldom.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("writes the first change at once and the last one in the end, and fewer than a browser allows", () => {
  const written: string[] = [];
  const write = seldom((text) => written.push(text));
  write("?rotation=0");
  expect(written).toEqual(["?rotation=0"]);
  for (let i = 1; i <= 1000; i++) {
    write(`?rotation=${i}`);
    vi.advanceTimersByTime(10);
  }
  expect(written.length).toBeLessThan(100);
  vi.advanceTimersByTime(1000);
  expect(written.at(-1)).toBe("?rotation=1000");
});

it("does not write again what is written", () => {
  const written: string[] = [];
  const write = seldom((text) => written.push(text));
  for (let i = 0; i < 500; i++) {
    write("?lang=en");
    vi.advanceTimersByTime(10);
  }
  expect(written).toEqual(["?lang=en"]);
});
