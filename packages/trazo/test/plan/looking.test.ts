import { expect, it } from "vitest";
import { betweenSteps, Looking, type Patience, withinStep } from "../../src/plan/crew/looking.js";

/** How often it looks in vain before it sleeps, when each sleep takes so many milliseconds. */
function looksBeforeSleeps(patience: Patience, sleeps: readonly number[]): number[] {
  let now = 0;
  const looking = new Looking(patience, () => now);
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

it.each([withinStep, betweenSteps])(
  "looks only briefly after a long wait, as the others may need its processor, and for long again after a short one (%j)",
  (patience) => {
    const [first = 0, afterLong = 0, afterShort = 0] = looksBeforeSleeps(patience, [8, 0.1, 0.1]);
    expect(afterLong).toBeLessThan(first / 5);
    expect(afterShort).toBe(first);
  },
);

it("does not sleep when what it looks for comes", () => {
  let looks = 0;
  new Looking(withinStep).until(
    () => ++looks === 100,
    () => expect.unreachable(),
  );
  expect(looks).toBe(100);
});
