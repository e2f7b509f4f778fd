import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Matrix } from "../../src/lowering/axis-products.js";
import { toomCook } from "../../src/lowering/toom-cook.js";

const times = (matrix: Matrix, vector: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, share, i) => sum + share * (vector[i] as number), 0));

const number = fc.double({ min: -10, max: 10, noNaN: true });
const filters = fc
  .record({ outputs: fc.integer({ min: 1, max: 4 }), taps: fc.integer({ min: 1, max: 3 }) })
  .filter(({ outputs, taps }) => outputs + taps > 2)
  .chain(({ outputs, taps }) =>
    fc.record({
      outputs: fc.constant(outputs),
      kernel: fc.array(number, { minLength: taps, maxLength: taps }),
      values: fc.array(number, { minLength: outputs + taps - 1, maxLength: outputs + taps - 1 }),
    }),
  );

describe("toomCook", () => {
  it("gives the correlation with one multiplication a point", () => {
    fc.assert(
      fc.property(filters, ({ outputs, kernel, values }) => {
        const filter = toomCook(outputs, kernel.length);
        const carried = times(filter.input, values);
        expect(carried).toHaveLength(outputs + kernel.length - 1);
        const products = times(filter.kernel, kernel).map((share, i) => share * (carried[i] as number));
        const correlation = Array.from({ length: outputs }, (_, start) =>
          kernel.reduce((sum, share, tap) => sum + share * (values[start + tap] as number), 0),
        );
        for (const [i, got] of times(filter.output, products).entries()) {
          expect(Math.abs(got - (correlation[i] as number))).toBeLessThan(1e-10);
        }
      }),
    );
  });

  it("refuses more outputs than it has points for", () => {
    expect(() => toomCook(5, 3)).toThrow("no points for 5 outputs of 3 taps");
  });
});
