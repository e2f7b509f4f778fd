import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dot,
  eachPair,
  expectSame,
  type Geometry,
  geometries,
  inputPixels,
  onMemory,
  outputPixels,
  poolings,
  read,
  seeds,
  wholeNumbers,
  windowNumbers,
} from "./plan-memory.js";

function expectedPatches(x: Float32Array, g: Geometry, rowLength: number): Float32Array {
  const patches = new Float32Array(outputPixels(g) * rowLength);
  eachPair(g, (output, input, place) => {
    for (let c = 0; c < g.channels; c++) {
      const value = input === undefined ? 0 : read(x, input * g.channels + c);
      patches[output * rowLength + place * g.channels + c] = value;
    }
  });
  return patches;
}

describe("patches", () => {
  const cases = fc.record({ g: geometries, extra: fc.constantFrom(0, 0, 1, 3, 4, 7), seed: seeds });

  it("hold the pixels under the window, and zeros outside of the image and behind", () => {
    fc.assert(
      fc.property(cases, ({ g, extra, seed }) => {
        const x = wholeNumbers(inputPixels(g) * g.channels, seed);
        const rowLength = g.down.kernel * g.across.kernel * g.channels + extra;
        const target = new Float32Array(outputPixels(g) * rowLength).fill(77);
        const result = onMemory({ x, target }, (kernels, at) =>
          kernels.patches(at.x, ...windowNumbers(g), at.target, extra ? rowLength : 0),
        );
        expectSame(result.target, expectedPatches(x, g, rowLength));
        expectSame(result.x, x);
      }),
      { numRuns: 100 },
    );
  });

  it("hold the same with each of their values in a row of its own", () => {
    fc.assert(
      fc.property(poolings, seeds, (g, seed) => {
        const { rows, channels, down, across } = g;
        const x = wholeNumbers(inputPixels(g) * channels, seed);
        const [length, count] = [down.kernel * across.kernel * channels, outputPixels(g)];
        const lines = 1 + (down.out - 1) * down.stride + down.kernel;
        const columns = across.stride * (across.out + Math.floor((across.kernel - 1) / across.stride));
        const work = new Float32Array(lines * channels * columns).fill(77);
        const target = new Float32Array(length * count).fill(77);
        const result = onMemory({ x, work, target }, (kernels, at) => {
          const sides = [down.size, across.size, channels, down.kernel, across.kernel] as const;
          const steps = [
            down.stride,
            across.stride,
            down.before,
            across.before,
            down.out,
            across.out,
          ] as const;
          kernels.patchColumns(at.x, rows, ...sides, ...steps, at.work, at.target);
        });
        const patches = expectedPatches(x, g, length);
        expectSame(
          result.target,
          target.map((_, i) => read(patches, (i % count) * length + Math.floor(i / count))),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("go back to the pixels that they are copies of", () => {
    fc.assert(
      fc.property(cases, ({ g, extra, seed }) => {
        const rowLength = g.down.kernel * g.across.kernel * g.channels + extra;
        const source = wholeNumbers(outputPixels(g) * rowLength, seed);
        const dx = wholeNumbers(inputPixels(g) * g.channels, seed + 1);
        const result = onMemory({ source, dx }, (kernels, at) =>
          kernels.patchesAdjoint(at.source, ...windowNumbers(g), at.dx, extra ? rowLength : 0),
        );
        const expected = dx.slice();
        eachPair(g, (output, input, place) => {
          if (input === undefined) return;
          for (let c = 0; c < g.channels; c++) {
            const i = input * g.channels + c;
            expected[i] = read(expected, i) + read(source, output * rowLength + place * g.channels + c);
          }
        });
        expectSame(result.dx, expected);
      }),
      { numRuns: 100 },
    );
  });

  it("are adjoint to the way back", () => {
    fc.assert(
      fc.property(cases, ({ g, seed }) => {
        const length = outputPixels(g) * g.down.kernel * g.across.kernel * g.channels;
        const [x, y] = [wholeNumbers(inputPixels(g) * g.channels, seed), wholeNumbers(length, seed + 1)];
        const { target } = onMemory({ x, target: new Float32Array(length) }, (kernels, at) =>
          kernels.patches(at.x, ...windowNumbers(g), at.target),
        );
        const { dx } = onMemory({ y, dx: new Float32Array(x.length) }, (kernels, at) =>
          kernels.patchesAdjoint(at.y, ...windowNumbers(g), at.dx),
        );
        expect(dot(target, y)).toBe(dot(x, dx));
      }),
    );
  });
});
