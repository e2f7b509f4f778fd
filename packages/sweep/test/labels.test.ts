import { spread } from "@trazo/practice";
import fc from "fast-check";
import { expect, test } from "vitest";
import { inRows } from "../src/report/labels.js";

const places = fc.array(fc.double({ min: 0, max: 290, noNaN: true }), { maxLength: 15 });

test("labels beside an axis stay on it, in their order, and none covers another", () => {
  fc.assert(
    fc.property(places, (given) => {
      const moved = spread(given, 14, 290);
      const order = [...given.keys()].sort((a, b) => (given[a] as number) - (given[b] as number));
      const inOrder = order.map((i) => moved[i] as number);
      for (const [i, at] of inOrder.entries()) {
        expect(at).toBeGreaterThanOrEqual(0);
        expect(at).toBeLessThanOrEqual(290 + 1e-9);
        if (i > 0) expect(at - (inOrder[i - 1] as number)).toBeGreaterThanOrEqual(14 - 1e-9);
      }
    }),
  );
  expect(spread([0, 100, 200], 14, 290)).toEqual([0, 100, 200]);
  expect(spread([288, 290], 14, 290)).toEqual([276, 290]);
});

test("labels below an axis go into another row only where they would cover each other", () => {
  const label = (middle: number) => ({ middle, width: 40 });
  expect(inRows([10, 60, 110].map(label))).toEqual([0, 0, 0]);
  expect(inRows([10, 30, 60, 200].map(label))).toEqual([0, 1, 0, 0]);
});
