import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantile, summarize } from "../../bench/stats.js";

describe("summarize", () => {
  it("gives NumPy's quartiles, whatever the order", () => {
    // numpy.quantile([3, 1, 4, 1, 5, 9, 2, 6], [0, .25, .5, .75]) = 1, 1.75, 3.5, 5.25
    expect(summarize([3, 1, 4, 1, 5, 9, 2, 6])).toEqual({
      count: 8,
      median: 3.5,
      q1: 1.75,
      q3: 5.25,
      min: 1,
    });
  });

  it("sorts by value, not as text", () => {
    expect(summarize([100, 9, 20]).median).toBe(20);
  });

  it("keeps min <= q1 <= median <= q3", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }), { minLength: 1 }), (values) => {
        const { min, q1, median, q3 } = summarize(values);
        expect([min, q1, median, q3]).toEqual([min, q1, median, q3].sort((a, b) => a - b));
      }),
    );
  });

  it("refuses an empty list and a quantile outside 0..1", () => {
    expect(() => summarize([])).toThrow(/no values/);
    expect(() => quantile([1], 1.5)).toThrow(/0\.\.1/);
  });
});
