import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TileNumbers } from "../../src/kernels/plan-kernels.js";
import {
  channelCounts,
  dot,
  expectClose,
  expectSame,
  onMemory,
  read,
  seeds,
  wholeNumbers,
} from "./plan-memory.js";

const upTo = (max: number) => fc.integer({ min: 1, max });

const tilings = fc
  .record({
    kernel: fc.tuple(upTo(4), upTo(4)),
    channels: upTo(5),
    filters: upTo(6),
    window: fc.tuple(upTo(3), upTo(3)),
    windows: upTo(2),
  })
  .map(({ kernel: [kernelHeight, kernelWidth], window: [tileHeight, windowWidth], windows, ...rest }) => ({
    ...{ kernelHeight, kernelWidth, tileHeight, windowWidth, tileWidth: windows * windowWidth },
    ...rest,
  }));

type Tiling = typeof tilings extends fc.Arbitrary<infer T> ? T : never;

const numbersOf = (t: Tiling): [...TileNumbers] extends [...infer Sizes, number] ? Sizes : never =>
  [
    ...[t.kernelHeight, t.kernelWidth, t.channels, t.filters, t.tileHeight, t.tileWidth, t.windowWidth],
  ] as never;

const kernelSize = (t: Tiling): number => t.kernelHeight * t.kernelWidth * t.channels;
const patchWidth = (t: Tiling): number => t.kernelWidth + t.tileWidth - 1;
const patchSize = (t: Tiling): number => (t.kernelHeight + t.tileHeight - 1) * patchWidth(t) * t.channels;
const tileSize = (t: Tiling): number => t.tileHeight * t.tileWidth * t.filters;

/** Where each weight belongs: what it is in the kernel, in a patch, and in a tile. */
function eachWeight(
  t: Tiling,
  visit: (weight: number, filter: number, place: number, output: number) => void,
): void {
  for (let p = 0; p < t.tileHeight; p++) {
    for (let q = 0; q < t.tileWidth; q++) {
      const window = Math.floor(q / t.windowWidth);
      const output = (window * t.tileHeight + p) * t.windowWidth + (q % t.windowWidth);
      for (let weight = 0; weight < kernelSize(t); weight++) {
        const line = t.kernelWidth * t.channels;
        const [a, rest] = [Math.floor(weight / line), weight % line];
        const place = ((a + p) * patchWidth(t) + q) * t.channels + rest;
        for (let f = 0; f < t.filters; f++) visit(weight, f, place, output * t.filters + f);
      }
    }
  }
}

describe("a kernel", () => {
  it("is spread to the outputs of a tile", () => {
    fc.assert(
      fc.property(tilings, seeds, (t, seed) => {
        const weights = wholeNumbers(kernelSize(t) * t.filters, seed);
        const target = new Float32Array(patchSize(t) * tileSize(t)).fill(77);
        const result = onMemory({ weights, target }, (kernels, at) =>
          kernels.spreadKernel(at.weights, ...numbersOf(t), at.target),
        );
        const expected = new Float32Array(target.length);
        eachWeight(t, (weight, f, place, output) => {
          expected[place * tileSize(t) + output] = read(weights, weight * t.filters + f);
        });
        expectSame(result.target, expected);
      }),
      { numRuns: 100 },
    );
  });

  it("is gathered from these, which is the adjoint", () => {
    fc.assert(
      fc.property(tilings, seeds, (t, seed) => {
        const tiles = wholeNumbers(patchSize(t) * tileSize(t), seed);
        const sums = new Float32Array(kernelSize(t) * t.filters).fill(77);
        const result = onMemory({ tiles, sums }, (kernels, at) =>
          kernels.gatherKernel(at.tiles, ...numbersOf(t), at.sums),
        );
        const expected = new Float32Array(sums.length);
        eachWeight(t, (weight, f, place, output) => {
          const i = f * kernelSize(t) + weight;
          expected[i] = read(expected, i) + read(tiles, output * patchSize(t) + place);
        });
        expectSame(result.sums, expected);
      }),
      { numRuns: 100 },
    );
  });
});

describe("means of what is activated", () => {
  const cases = fc.record({
    rows: upTo(4),
    count: upTo(9),
    channels: channelCounts,
    hasBias: fc.boolean(),
    relu: fc.constantFrom(0, 1),
    seed: seeds,
  });

  it("are those of the values with their bias, which are kept", () => {
    fc.assert(
      fc.property(cases, ({ rows, count, channels, hasBias, relu, seed }) => {
        const y = wholeNumbers(rows * count * channels, seed);
        const bias = wholeNumbers(channels, seed + 1);
        const means = new Float32Array(rows * channels).fill(77);
        const result = onMemory({ y, bias, means }, (kernels, at) =>
          kernels.averageActivated(at.y, rows, count, channels, hasBias ? at.bias : 0, relu, at.means),
        );
        const active = y.map((value, i) => {
          const sum = value + (hasBias ? read(bias, i % channels) : 0);
          return relu ? Math.max(0, sum) : sum;
        });
        const mean = (_: number, i: number): number => {
          const [row, c] = [Math.floor(i / channels), i % channels];
          let sum = 0;
          for (let k = 0; k < count; k++) sum += read(active, (row * count + k) * channels + c);
          return sum / count;
        };
        expectSame(result.y, active);
        expectClose(result.means, means.map(mean), 1e-6);
      }),
      { numRuns: 100 },
    );
  });

  it("pass their gradients to what was not closed", () => {
    fc.assert(
      fc.property(cases, ({ rows, count, channels, hasBias, relu, seed }) => {
        const y = wholeNumbers(rows * count * channels, seed).map((value) =>
          relu ? Math.max(0, value) : value,
        );
        // Whose shares are exact.
        const dMeans = wholeNumbers(rows * channels, seed + 1).map((value) => count * value);
        const db = wholeNumbers(channels, seed + 2);
        const result = onMemory({ dMeans, y, db }, (kernels, at) =>
          kernels.averageActivatedAdjoint(at.dMeans, at.y, rows, count, channels, relu, hasBias ? at.db : 0),
        );
        const dy = y.map((value, i) => {
          const row = Math.floor(i / (count * channels));
          return relu && value <= 0 ? 0 : read(dMeans, row * channels + (i % channels)) / count;
        });
        const sums = db.map(
          (value, c) =>
            value +
            (hasBias
              ? dot(
                  dy.filter((_, i) => i % channels === c),
                  dy.map(() => 1),
                )
              : 0),
        );
        expectClose(result.y, dy, 1e-6);
        expectClose(result.db, sums, 1e-5);
      }),
      { numRuns: 100 },
    );
  });

  it("and their gradients stay NaN", () => {
    const { y, means } = onMemory(
      { y: Float32Array.of(1, Number.NaN, 2, 3), means: new Float32Array(1) },
      (kernels, at) => kernels.averageActivated(at.y, 1, 4, 1, 0, 1, at.means),
    );
    expect([read(y, 1), read(means, 0)]).toEqual([Number.NaN, Number.NaN]);
  });
});
