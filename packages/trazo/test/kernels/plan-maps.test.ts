import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { functionNumbers } from "../../src/kernels/plan-kernels.js";
import { expectClose, expectSame, fractions, onMemory, read, seeds, wholeNumbers } from "./plan-memory.js";

type Name = keyof typeof functionNumbers;
const [a, b] = [0.75, 1.5];

/** The normal distribution's probability of less than x, by the series around 0. */
function probability(x: number): number {
  let [term, sum] = [x, x];
  for (let k = 1; k < 120; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const limited = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);

const functions: Readonly<Record<Name, (x: number) => number>> = {
  clamp: (x) => limited(x, a, b),
  affine: (x) => a * x + b,
  sigmoid,
  tanh: Math.tanh,
  elu: (x) => (x < 0 ? a * Math.expm1(x) : x),
  leakyRelu: (x) => (x < 0 ? a * x : x),
  hardSigmoid: (x) => limited(a * x + b, 0, 1),
  exponential: Math.exp,
  silu: (x) => x * sigmoid(x),
  gelu: (x) => x * probability(x),
};
const names = Object.keys(functions) as Name[];
/** A tail below 0, and sums that may nearly cancel out. */
const hasAbsoluteError: readonly Name[] = ["gelu", "affine", "hardSigmoid"];

/** A slope, away from the corners that some functions have. */
function slopeOf(f: (x: number) => number, x: number): number {
  const step = 1e-6;
  return (f(x + step) - f(x - step)) / (2 * step);
}

describe("functions of each value", () => {
  it.each(names)("give %s", (name) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 23 }), seeds, (count, seed) => {
        const x = fractions(count, seed).map((value) => 6 * value);
        const { y } = onMemory({ x, y: new Float32Array(count).fill(77) }, (kernels, at) =>
          kernels.mapValues(functionNumbers[name], at.y, at.x, count, a, b),
        );
        const wanted = Array.from(x, functions[name]);
        if (!hasAbsoluteError.includes(name)) expectClose(y, wanted, 2e-6);
        else
          for (const [i, value] of wanted.entries()) expect(Math.abs(read(y, i) - value)).toBeLessThan(2e-6);
      }),
      { numRuns: 60 },
    );
  });

  it.each(names)("give back the gradient of %s", (name) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 23 }), seeds, (count, seed) => {
        const x = fractions(count, seed).map((value) => 5 * value);
        const dy = wholeNumbers(count, seed + 1);
        const v = name === "silu" || name === "gelu" ? x : x.map(functions[name]);
        const { dx } = onMemory({ v, dy, dx: new Float32Array(count).fill(77) }, (kernels, at) =>
          kernels.mapAdjoint(functionNumbers[name], at.dx, at.dy, at.v, count, a, b),
        );
        const corners = [0, a, b, -b / a, (1 - b) / a];
        for (const [i, value] of x.entries()) {
          if (corners.some((corner) => Math.abs(value - corner) < 1e-3)) continue;
          const wanted = read(dy, i) * slopeOf(functions[name], value);
          expect(Math.abs(read(dx, i) - wanted)).toBeLessThan(2e-5 * Math.max(1, Math.abs(wanted)));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("keep a NaN", () => {
    for (const name of names) {
      const x = Float32Array.from({ length: 7 }, (_, i) => (i === 2 || i === 5 ? Number.NaN : i));
      const { y } = onMemory({ x, y: new Float32Array(7) }, (kernels, at) =>
        kernels.mapValues(functionNumbers[name], at.y, at.x, 7, a, b),
      );
      expect(Array.from(y, Number.isNaN), name).toEqual(Array.from(x, Number.isNaN));
    }
  });
});

describe("values in other places", () => {
  it("are runs of others", () => {
    const size = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(
        fc.record({ rows: fc.integer({ min: 1, max: 5 }), length: fc.integer({ min: 1, max: 9 }) }),
        ...[size, size, size, size, seeds],
        ({ rows, length }, xStart, xMore, yStart, yMore, seed) => {
          const [xStride, yStride] = [xStart + length + xMore, yStart + length + yMore];
          const x = wholeNumbers(rows * xStride, seed);
          const before = wholeNumbers(rows * yStride, seed + 1);
          const { y } = onMemory({ x, y: before }, (kernels, at) =>
            kernels.copyRuns(at.x, xStart, xStride, rows, length, at.y, yStart, yStride),
          );
          const expected = before.map((value, i) => {
            const [row, place] = [Math.floor(i / yStride), (i % yStride) - yStart];
            return place >= 0 && place < length ? read(x, row * xStride + xStart + place) : value;
          });
          expectSame(y, expected);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("are columns as rows", () => {
    const size = fc.integer({ min: 1, max: 140 });
    fc.assert(
      fc.property(
        ...[fc.integer({ min: 1, max: 11 }), size, fc.integer({ min: 0, max: 3 }), seeds],
        (rows, columns, more, seed) => {
          const stride = columns + more;
          const x = wholeNumbers(rows * stride, seed);
          const result = onMemory({ x, y: new Float32Array(rows * columns).fill(77) }, (kernels, at) =>
            kernels.transposeColumns(at.x, rows, columns, stride, at.y),
          );
          const expected = result.y.map((_, i) => read(x, (i % rows) * stride + Math.floor(i / rows)));
          expectSame(result.y, expected);
          expectSame(result.x, x);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("are pixels repeated", () => {
    const few = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(few, few, few, fc.integer({ min: 1, max: 6 }), few, few, seeds, (...sizes) => {
        const [rows, height, width, channels, down, across, seed] = sizes;
        const x = wholeNumbers(rows * height * width * channels, seed);
        const y = new Float32Array(x.length * down * across).fill(77);
        const result = onMemory({ x, y }, (kernels, at) =>
          kernels.repeatPixels(at.x, rows, height, width, channels, down, across, at.y),
        );
        const expected = y.map((_, i) => {
          const c = i % channels;
          const pixel = Math.floor(i / channels);
          const column = Math.floor((pixel % (width * across)) / across);
          const row = Math.floor(Math.floor(pixel / (width * across)) / down);
          return read(x, (row * width + column) * channels + c);
        });
        expectSame(result.y, expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe("bytes as numbers", () => {
  it("are divided as float32 divides", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.constantFrom(1, 127.5, 255),
        (x, divisor) => {
          const { y } = onMemory({ x, y: new Float32Array(x.length).fill(77) }, (kernels, at) =>
            kernels.fromBytes(at.x, x.length, divisor, at.y),
          );
          expect(Array.from(y)).toEqual(Array.from(x, (value) => Math.fround(value / divisor)));
        },
      ),
      { numRuns: 60 },
    );
  });
});
