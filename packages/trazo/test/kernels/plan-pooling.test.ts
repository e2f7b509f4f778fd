import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PoolNumbers } from "../../src/kernels/plan-kernels.js";
import {
  channelCounts,
  dot,
  eachPair,
  expectClose,
  expectSame,
  type Geometry,
  inputPixels,
  onMemory,
  outputPixels,
  poolings,
  read,
  seeds,
  wholeNumbers,
} from "./plan-memory.js";

const numbers = ({ rows, channels, down, across }: Geometry): PoolNumbers => [
  rows,
  down.size,
  across.size,
  channels,
  down.kernel,
  across.kernel,
  down.stride,
  across.stride,
  down.before,
  across.before,
  down.out,
  across.out,
];

const half = (size: number) => ({
  size,
  kernel: 2,
  stride: 2,
  dilation: 1,
  before: 0,
  out: Math.max(1, Math.floor(size / 2)),
});
/** The usual window, also where the image's side is odd, and with more of them than are gone through at a time. */
const halves: fc.Arbitrary<Geometry> = fc.record({
  rows: fc.integer({ min: 1, max: 2 }),
  channels: channelCounts,
  down: fc.integer({ min: 1, max: 9 }).map(half),
  across: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 64, max: 90 })).map(half),
});
const cases = fc.record({ g: fc.oneof(poolings, halves), seed: seeds, closes: fc.boolean() });

function expectedMaxima(x: Float32Array, g: Geometry, closes: boolean) {
  const y = new Float32Array(outputPixels(g) * g.channels).fill(Number.NEGATIVE_INFINITY);
  const indices = new Uint8Array(y.length);
  eachPair(g, (output, input, place) => {
    if (input === undefined) return;
    for (let c = 0; c < g.channels; c++) {
      const [to, value] = [output * g.channels + c, read(x, input * g.channels + c)];
      if (value <= read(y, to)) continue;
      y[to] = value;
      indices[to] = place;
    }
  });
  if (closes) {
    for (const [i, value] of y.entries()) {
      if (value > 0) continue;
      y[i] = 0;
      indices[i] = 255;
    }
  }
  return { y, indices };
}

describe("max pooling", () => {
  it("gives each window's maximum and where it was first", () => {
    fc.assert(
      fc.property(cases, ({ g, seed, closes }) => {
        const x = wholeNumbers(inputPixels(g) * g.channels, seed);
        const y = new Float32Array(outputPixels(g) * g.channels).fill(77);
        const result = onMemory({ x, y, indices: new Uint8Array(y.length).fill(99) }, (kernels, at) =>
          kernels.maxPool(at.x, ...numbers(g), closes ? 1 : 0, at.y, at.indices),
        );
        const expected = expectedMaxima(x, g, closes);
        expectSame(result.y, expected.y);
        expectSame(result.indices, expected.indices);
        const without = onMemory({ x, y }, (kernels, at) =>
          kernels.maxPool(at.x, ...numbers(g), closes ? 1 : 0, at.y, 0),
        );
        expectSame(without.y, expected.y);
      }),
      { numRuns: 100 },
    );
  });

  it("adds a bias", () => {
    fc.assert(
      fc.property(cases, ({ g, seed, closes }) => {
        const x = wholeNumbers(inputPixels(g) * g.channels, seed);
        const bias = wholeNumbers(g.channels, seed + 1);
        const y = new Float32Array(outputPixels(g) * g.channels).fill(77);
        const result = onMemory({ x, bias, y, indices: new Uint8Array(y.length) }, (kernels, at) =>
          kernels.maxPool(at.x, ...numbers(g), closes ? 1 : 0, at.y, at.indices, at.bias),
        );
        const shifted = x.map((value, i) => value + read(bias, i % g.channels));
        const expected = expectedMaxima(shifted, g, closes);
        expectSame(result.y, expected.y);
        expectSame(result.indices, expected.indices);
      }),
      { numRuns: 100 },
    );
  });

  it("sends each gradient to where the maximum lay, and adds up those that are open", () => {
    fc.assert(
      fc.property(cases, ({ g, seed, closes }) => {
        const x = wholeNumbers(inputPixels(g) * g.channels, seed);
        const { indices } = expectedMaxima(x, g, closes);
        const dy = wholeNumbers(indices.length, seed + 2);
        const db = wholeNumbers(g.channels, seed + 3);
        const dx = new Float32Array(x.length).fill(77);
        const result = onMemory({ dy, indices, dx, db }, (kernels, at) =>
          kernels.maxPoolAdjoint(at.dy, at.indices, ...numbers(g), at.dx, at.db),
        );
        const expected = new Float32Array(x.length);
        eachPair(g, (output, input, place) => {
          if (input === undefined) return;
          for (let c = 0; c < g.channels; c++) {
            const from = output * g.channels + c;
            if (indices[from] !== place) continue;
            const to = input * g.channels + c;
            expected[to] = read(expected, to) + read(dy, from);
          }
        });
        expectSame(result.dx, expected);
        const sums = db.slice();
        for (const [i, index] of indices.entries()) {
          const c = i % g.channels;
          if (index !== 255) sums[c] = read(sums, c) + read(dy, i);
        }
        expectSame(result.db, sums);
        const without = onMemory({ dy, indices, dx }, (kernels, at) =>
          kernels.maxPoolAdjoint(at.dy, at.indices, ...numbers(g), at.dx),
        );
        expectSame(without.dx, expected);
      }),
      { numRuns: 100 },
    );
  });
});

describe("average pooling", () => {
  it("gives the means of the pixels inside the image, and its adjoint spreads them", () => {
    fc.assert(
      fc.property(cases, ({ g, seed }) => {
        const x = wholeNumbers(inputPixels(g) * g.channels, seed);
        const dy = wholeNumbers(outputPixels(g) * g.channels, seed + 1);
        const { y } = onMemory({ x, y: new Float32Array(dy.length).fill(77) }, (kernels, at) =>
          kernels.averagePool(at.x, ...numbers(g), at.y),
        );
        const { dx } = onMemory({ dy, dx: new Float32Array(x.length).fill(77) }, (kernels, at) =>
          kernels.averagePoolAdjoint(at.dy, ...numbers(g), at.dx),
        );
        const counts = new Float64Array(outputPixels(g));
        eachPair(g, (output, input) => {
          if (input !== undefined) counts[output] = read(counts, output) + 1;
        });
        const means = new Float64Array(dy.length);
        const shares = new Float64Array(x.length);
        eachPair(g, (output, input) => {
          if (input === undefined) return;
          for (let c = 0; c < g.channels; c++) {
            const [to, from] = [output * g.channels + c, input * g.channels + c];
            means[to] = read(means, to) + read(x, from) / read(counts, output);
            shares[from] = read(shares, from) + read(dy, to) / read(counts, output);
          }
        });
        expectClose(y, means, 1e-6);
        expectClose(dx, shares, 1e-6);
        expect(Math.abs(dot(y, dy) - dot(x, dx))).toBeLessThan(1e-5 * (1 + Math.abs(dot(x, dx))));
      }),
      { numRuns: 100 },
    );
  });
});
