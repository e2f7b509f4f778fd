import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { activationNumbers } from "../../src/kernels/plan-kernels.js";
import { expectSame, onMemory, read, seeds, wholeNumbers } from "./plan-memory.js";

const shapes = fc.record({
  count: fc.integer({ min: 1, max: 4 }),
  rows: fc.integer({ min: 1, max: 4 }),
  columns: fc.integer({ min: 1, max: 11 }),
  more: fc.integer({ min: 0, max: 5 }),
  hasBias: fc.boolean(),
  activation: fc.constantFrom<"none" | "relu" | "relu6">("none", "relu", "relu6"),
  seed: seeds,
});

const limits = { none: [-Infinity, Infinity], relu: [0, Infinity], relu6: [0, 6] } as const;

describe("sums of matrices, of which only some columns are wanted", () => {
  it("are those of their elements, with bias and activation, and leave the other columns alone", () => {
    fc.assert(
      fc.property(shapes, ({ count, rows, columns, more, hasBias, activation, seed }) => {
        const stride = columns + more;
        const size = (rows - 1) * stride + columns;
        const parts = wholeNumbers((count - 1) * (size + 1) + size, seed);
        const bias = wholeNumbers(columns, seed + 1);
        const { y } = onMemory({ parts, bias, y: new Float32Array(size).fill(77) }, (kernels, at) =>
          kernels.sumColumns(
            at.parts,
            4 * (size + 1),
            count,
            rows,
            columns,
            stride,
            hasBias ? at.bias : 0,
            activationNumbers[activation],
            at.y,
          ),
        );
        const [low, high] = limits[activation];
        const wanted = Array.from(y, (_, i) => {
          if (i % stride >= columns) return 77;
          let sum = hasBias ? read(bias, i % stride) : 0;
          for (let part = 0; part < count; part++) sum += read(parts, part * (size + 1) + i);
          return Math.min(Math.max(sum, low), high);
        });
        expectSame(y, wanted);
      }),
      { numRuns: 80 },
    );
  });

  it("keep a NaN", () => {
    const parts = Float32Array.of(1, Number.NaN, 2, 3, 4, 5);
    const { y } = onMemory({ parts, y: new Float32Array(3) }, (kernels, at) =>
      kernels.sumColumns(at.parts, 12, 2, 1, 3, 3, 0, activationNumbers.relu, at.y),
    );
    expect(Array.from(y)).toEqual([4, Number.NaN, 7]);
  });
});
