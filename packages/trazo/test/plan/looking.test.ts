import { expect, it } from "vitest";
import { Looking } from "../../src/plan/crew/looking.js";

/** How often it looks in vain before it sleeps, when each sleep takes so many milliseconds. */
function looksBeforeSleeps(sleeps: readonly number[]): number[] {
  let now = 0;
  const looking = new Looking(() => now);
  return sleeps.map((milliseconds) => {
    let looks = 0;
    looking.until(
      () => {
        looks++;
        return false;
      },
      () => {
        now += milliseconds;
      },
    );
    return looks;
  });
}

it("looks only briefly after a long wait, as the others may need its processor, and for long again after a short one", () => {
  const [first = 0, afterLong = 0, afterShort = 0] = looksBeforeSleeps([8, 0.1, 0.1]);
  expect(afterLong).toBeLessThan(first / 5);
  expect(afterShort).toBe(first);
});

it("does not sleep when what it looks for comes", () => {
  let looks = 0;
  new Looking().until(
    () => ++looks === 100,
    () => expect.unreachable(),
  );
  expect(looks).toBe(100);
});
