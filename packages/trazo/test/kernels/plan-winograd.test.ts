import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ImageNumbers, ResultNumbers } from "../../src/kernels/plan-kernels.js";
import { channelCounts, dot, expectClose, fractions, onMemory, read, seeds } from "./plan-memory.js";

interface Case {
  readonly rows: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly pad: number;
  readonly tile: number;
  readonly seed: number;
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    rows: fc.integer({ min: 1, max: 2 }),
    height: fc.integer({ min: 1, max: 12 }),
    width: fc.integer({ min: 1, max: 12 }),
    channels: fc.oneof(channelCounts, fc.constantFrom(65, 72)),
    filters: channelCounts,
    pad: fc.integer({ min: 0, max: 2 }),
    tile: fc.constantFrom(2, 4),
    seed: seeds,
  })
  .filter(({ height, width, pad }) => height + 2 * pad >= 3 && width + 2 * pad >= 3);

const outputSides = ({ height, width, pad }: Case): [number, number] => [
  height + 2 * pad - 2,
  width + 2 * pad - 2,
];
const tilesOf = (c: Case): [number, number] => {
  const [height, width] = outputSides(c);
  return [Math.ceil(height / c.tile), Math.ceil(width / c.tile)];
};
const imageNumbers = (c: Case): ImageNumbers => [
  c.rows,
  c.height,
  c.width,
  c.channels,
  c.pad,
  c.pad,
  ...tilesOf(c),
  c.tile,
];
const resultNumbers = (c: Case): ResultNumbers => [
  c.rows,
  ...outputSides(c),
  c.filters,
  ...tilesOf(c),
  c.tile,
];
const pointsOf = ({ tile }: Case): number => (tile + 2) ** 2;
const planeRows = (c: Case): number => c.rows * tilesOf(c)[0] * tilesOf(c)[1] + 1;
const imageSize = (c: Case): number => c.rows * c.height * c.width * c.channels;
const resultSize = (c: Case): number => c.rows * outputSides(c)[0] * outputSides(c)[1] * c.filters;

const work = ({ tile, channels }: Case): Float32Array =>
  new Float32Array(144 + (tile + 2) * channels).fill(77);

const inputPlanes = (c: Case, x: Float32Array): Float32Array =>
  onMemory(
    { x, planes: new Float32Array(pointsOf(c) * planeRows(c) * c.channels).fill(77), work: work(c) },
    (kernels, at) => kernels.winogradInput(at.x, ...imageNumbers(c), at.planes, at.work),
  ).planes;

const kernelPlanes = (c: Case, w: Float32Array): Float32Array =>
  onMemory({ w, U: new Float32Array((pointsOf(c) * w.length) / 9).fill(77) }, (kernels, at) =>
    kernels.winogradKernel(at.w, w.length / 9, c.tile, at.U, w.length / 9),
  ).U;

const outputOf = (c: Case, planes: Float32Array, bias?: Float32Array, activation = 0): Float32Array => {
  const y = new Float32Array(resultSize(c)).fill(77);
  return bias
    ? onMemory({ planes, bias, y }, (kernels, at) =>
        kernels.winogradOutput(at.planes, ...resultNumbers(c), at.bias, activation, at.y),
      ).y
    : onMemory({ planes, y }, (kernels, at) =>
        kernels.winogradOutput(at.planes, ...resultNumbers(c), 0, activation, at.y),
      ).y;
};

/** Plane by plane: [rows, channels] times [channels, filters]. */
function products(c: Case, V: Float32Array, U: Float32Array): Float32Array {
  const rows = planeRows(c);
  const M = new Float32Array(pointsOf(c) * rows * c.filters);
  for (let p = 0; p < pointsOf(c); p++) {
    for (let r = 0; r < rows; r++) {
      for (let f = 0; f < c.filters; f++) {
        let total = 0;
        for (let k = 0; k < c.channels; k++) {
          total += read(V, (p * rows + r) * c.channels + k) * read(U, (p * c.channels + k) * c.filters + f);
        }
        M[(p * rows + r) * c.filters + f] = total;
      }
    }
  }
  return M;
}

function convolution(c: Case, x: Float32Array, w: Float32Array): Float64Array {
  const [height, width] = outputSides(c);
  const y = new Float64Array(resultSize(c));
  for (let n = 0; n < c.rows; n++) {
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        for (let f = 0; f < c.filters; f++) {
          let total = 0;
          for (let a = 0; a < 3; a++) {
            for (let b = 0; b < 3; b++) {
              const [row, column] = [i + a - c.pad, j + b - c.pad];
              if (row < 0 || row >= c.height || column < 0 || column >= c.width) continue;
              for (let k = 0; k < c.channels; k++) {
                const pixel = (n * c.height + row) * c.width + column;
                total +=
                  read(x, pixel * c.channels + k) * read(w, ((a * 3 + b) * c.channels + k) * c.filters + f);
              }
            }
          }
          y[((n * height + i) * width + j) * c.filters + f] = total;
        }
      }
    }
  }
  return y;
}

const nearly = (a: number, b: number, scale: number): void =>
  expect(Math.abs(a - b)).toBeLessThan(1e-5 * scale);

describe("Winograd's transforms", () => {
  it("make a convolution of products, with bias and activation", () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(0, 1, 2), fc.boolean(), (c, activation, hasBias) => {
        const x = fractions(imageSize(c), c.seed);
        const w = fractions(9 * c.channels * c.filters, c.seed + 1);
        const bias = fractions(c.filters, c.seed + 2);
        const M = products(c, inputPlanes(c, x), kernelPlanes(c, w));
        const y = outputOf(c, M, hasBias ? bias : undefined, activation);
        const expected = convolution(c, x, w).map((value, i) => {
          const sum = value + (hasBias ? read(bias, i % c.filters) : 0);
          return activation === 0
            ? sum
            : Math.min(Math.max(sum, 0), activation === 1 ? Number.POSITIVE_INFINITY : 6);
        });
        expectClose(y, expected, 5e-6 * Math.sqrt(c.channels));
      }),
      { numRuns: 80 },
    );
  });

  it("leave a last row of zeros in each plane", () => {
    fc.assert(
      fc.property(cases, (c) => {
        const lastRows = (planes: Float32Array, length: number): number[] =>
          Array.from(planes).filter((_, i) => Math.floor(i / length) % planeRows(c) === planeRows(c) - 1);
        const V = inputPlanes(c, fractions(imageSize(c), c.seed));
        expect(lastRows(V, c.channels).every((value) => value === 0)).toBe(true);
        const { planes } = onMemory(
          {
            dy: fractions(resultSize(c), c.seed),
            planes: new Float32Array(pointsOf(c) * planeRows(c) * c.filters).fill(77),
          },
          (kernels, at) => kernels.winogradOutputAdjoint(at.dy, ...resultNumbers(c), at.planes),
        );
        expect(lastRows(planes, c.filters).every((value) => value === 0)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("have an adjoint for the input", () => {
    fc.assert(
      fc.property(cases, (c) => {
        const x = fractions(imageSize(c), c.seed);
        const V = inputPlanes(c, x);
        const planes = fractions(V.length, c.seed + 1);
        const { dx } = onMemory(
          { planes, dx: new Float32Array(x.length).fill(77), work: work(c) },
          (kernels, at) => kernels.winogradInputAdjoint(at.planes, ...imageNumbers(c), at.dx, at.work),
        );
        nearly(dot(V, planes), dot(x, dx), 20 * Math.sqrt(V.length));
        expect(x.length === 0 || dx.some((value) => value !== 0)).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  it("have an adjoint for the output", () => {
    fc.assert(
      fc.property(cases, (c) => {
        const M = fractions(pointsOf(c) * planeRows(c) * c.filters, c.seed);
        const dy = fractions(resultSize(c), c.seed + 1);
        const { planes } = onMemory({ dy, planes: new Float32Array(M.length).fill(77) }, (kernels, at) =>
          kernels.winogradOutputAdjoint(at.dy, ...resultNumbers(c), at.planes),
        );
        nearly(dot(outputOf(c, M), dy), dot(M, planes), 20 * Math.sqrt(M.length));
      }),
      { numRuns: 80 },
    );
  });

  it("have an adjoint for the kernel, in shares of its columns and of sums that several threads have parts of", () => {
    const shapes = fc.record({
      count: fc.integer({ min: 1, max: 150 }),
      split: fc.double({ min: 0, max: 1, noNaN: true }),
      parts: fc.integer({ min: 1, max: 3 }),
      tile: fc.constantFrom(2, 4),
      seed: seeds,
    });
    fc.assert(
      fc.property(shapes, ({ count, split, parts, tile, seed }) => {
        const w = fractions(9 * count, seed);
        const size = (tile + 2) ** 2 * count;
        const middle = Math.floor(split * count);
        const shares = [
          { from: 0, columns: middle },
          { from: 4 * middle, columns: count - middle },
        ];
        const { U } = onMemory({ w, U: new Float32Array(size).fill(77) }, (kernels, at) => {
          for (const { from, columns } of shares)
            kernels.winogradKernel(at.w + from, count, tile, at.U + from, columns);
        });
        const dU = fractions(parts * size, seed + 1);
        const { dw } = onMemory({ dU, dw: new Float32Array(w.length).fill(77) }, (kernels, at) => {
          for (const { from, columns } of shares) {
            kernels.winogradKernelAdjoint(at.dU + from, 4 * size, parts, count, tile, at.dw + from, columns);
          }
        });
        const repeated = Float32Array.from(dU, (_, i) => read(U, i % size));
        nearly(dot(repeated, dU), dot(w, dw), parts * Math.sqrt(size));
      }),
      { numRuns: 60 },
    );
  });

  it("lose few digits", () => {
    const c: Case = { rows: 1, height: 16, width: 16, channels: 64, filters: 8, pad: 1, tile: 4, seed: 3 };
    for (const tile of [2, 4]) {
      const x = fractions(imageSize(c), 1);
      const w = fractions(9 * c.channels * c.filters, 2);
      const inTiles = { ...c, tile };
      const M = products(inTiles, inputPlanes(inTiles, x), kernelPlanes(inTiles, w));
      expectClose(outputOf(inTiles, M), convolution(c, x, w), 2e-6);
    }
  });
});
