import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fractions, onMemory, read, seeds } from "./plan-memory.js";

const cases = fc.record({
  rows: fc.integer({ min: 1, max: 5 }),
  classes: fc.integer({ min: 1, max: 21 }),
  spread: fc.constantFrom(1, 10, 60),
  shift: fc.constantFrom(0, 1000, -1000),
  seed: seeds,
});

function probabilities(x: Float32Array, classes: number): Float64Array {
  return Float64Array.from(x, (value, i) => {
    const row = x.subarray(i - (i % classes), i - (i % classes) + classes);
    return 1 / row.reduce((total, other) => total + Math.exp(other - value), 0);
  });
}

describe("softmax", () => {
  it("gives probabilities, and back the gradient", () => {
    fc.assert(
      fc.property(cases, ({ rows, classes, spread, shift, seed }) => {
        const x = fractions(rows * classes, seed).map((value) => value * spread + shift);
        const { y } = onMemory({ x, y: new Float32Array(x.length).fill(77) }, (kernels, at) =>
          kernels.softmax(at.y, at.x, rows, classes),
        );
        const p = probabilities(x, classes);
        // The difference from the largest logit is rounded to float32, and so is the rest.
        const relative = 2 ** -21 + 2 * spread * 2 ** -24;
        for (const [i, value] of y.entries()) {
          expect(Math.abs(value - read(p, i))).toBeLessThanOrEqual(relative * read(p, i) + 2 ** -98);
        }
        const dy = fractions(x.length, seed + 1);
        const { dx } = onMemory({ dy, y, dx: new Float32Array(x.length) }, (kernels, at) =>
          kernels.softmaxAdjoint(at.dx, at.dy, at.y, rows, classes),
        );
        const expected = Float64Array.from(dy, (value, i) => {
          const start = i - (i % classes);
          let inner = 0;
          for (let c = start; c < start + classes; c++) inner += read(dy, c) * read(p, c);
          return read(p, i) * (value - inner);
        });
        for (const [i, value] of dx.entries()) expect(Math.abs(value - read(expected, i))).toBeLessThan(1e-6);
      }),
      { numRuns: 150 },
    );
  });

  it("may be computed in place", () => {
    const x = fractions(30, 4);
    const apart = onMemory({ x, y: new Float32Array(30) }, (k, at) => k.softmax(at.y, at.x, 3, 10));
    expect(onMemory({ x }, (k, at) => k.softmax(at.x, at.x, 3, 10)).x).toEqual(apart.y);
  });

  it("makes neither subnormal probabilities nor subnormal gradients", () => {
    const x = Float32Array.from({ length: 200 }, (_, i) => -i);
    const labels = Int32Array.of(0);
    const { y } = onMemory({ x, y: new Float32Array(200) }, (k, at) => k.softmax(at.y, at.x, 1, 200));
    const { dx } = onMemory({ x, labels, losses: new Float32Array(1), dx: new Float32Array(200) }, (k, at) =>
      k.sparseCrossEntropy(at.x, at.labels, 1, 200, 0, 1, at.losses, at.dx),
    );
    for (const value of y) expect(value === 0 || value >= 2 ** -126).toBe(true);
    for (const value of dx) expect(value === 0 || Math.abs(value) >= 2 ** -60).toBe(true);
    expect(y.filter((value) => value > 0).length).toBeGreaterThan(60);
  });

  it("is NaN where a logit is", () => {
    const x = Float32Array.of(1, 2, Number.NaN, 4, 5, 6, 1, 2, 3, 4, 5, 6);
    const { y } = onMemory({ x, y: new Float32Array(12) }, (k, at) => k.softmax(at.y, at.x, 2, 6));
    expect(Array.from(y, Number.isNaN)).toEqual(Array.from(y, (_, i) => i < 6));
    const labels = Int32Array.of(0, 0);
    const { losses } = onMemory({ x, labels, losses: new Float32Array(2) }, (k, at) =>
      k.sparseCrossEntropy(at.x, at.labels, 2, 6, 0, 1, at.losses, at.x),
    );
    expect(Array.from(losses, Number.isNaN)).toEqual([true, false]);
  });
});

describe("cross-entropy", () => {
  it("gives a loss per row and the gradient of the logits", () => {
    fc.assert(
      fc.property(cases, fc.boolean(), ({ rows, classes, spread, shift, seed }, hasWeights) => {
        const x = fractions(rows * classes, seed).map((value) => value * spread + shift);
        const labels = Int32Array.from({ length: rows }, (_, r) => (seed + r * 7) % classes);
        const weights = fractions(rows, seed + 1).map((value) => 1 + value);
        const targets = fractions(x.length, seed + 2).map((value) => Math.max(value, 0));
        const oneHot = Float32Array.from(x, (_, i) =>
          i % classes === read(labels, Math.floor(i / classes)) ? 1 : 0,
        );
        const factor = 0.25;
        const losses = new Float32Array(rows);
        const dx = new Float32Array(x.length);
        const sparse = onMemory({ x, labels, weights, losses, dx }, (kernels, at) =>
          kernels.sparseCrossEntropy(
            at.x,
            at.labels,
            rows,
            classes,
            hasWeights ? at.weights : 0,
            factor,
            at.losses,
            at.dx,
          ),
        );
        const p = probabilities(x, classes);
        for (const given of [oneHot, targets]) {
          const dense = onMemory({ x, given, weights, losses, dx }, (kernels, at) =>
            kernels.crossEntropy(
              at.x,
              at.given,
              rows,
              classes,
              hasWeights ? at.weights : 0,
              factor,
              at.losses,
              at.dx,
            ),
          );
          const expectedLosses = new Float64Array(rows);
          const masses = new Float64Array(rows);
          for (let i = 0; i < x.length; i++) {
            const r = Math.floor(i / classes);
            expectedLosses[r] = read(expectedLosses, r) - read(given, i) * Math.log(read(p, i));
            masses[r] = read(masses, r) + read(given, i);
          }
          const gradient = Float64Array.from(x, (_, i) => {
            const r = Math.floor(i / classes);
            const weight = factor * (hasWeights ? read(weights, r) : 1);
            return weight * (read(p, i) * read(masses, r) - read(given, i));
          });
          const scale = Math.max(...masses, 1);
          for (const result of given === oneHot ? [sparse, dense] : [dense]) {
            for (let r = 0; r < rows; r++) {
              const apart = Math.abs(read(result.losses, r) - read(expectedLosses, r));
              expect(apart).toBeLessThan(2e-6 * (scale + read(expectedLosses, r)));
            }
            for (let i = 0; i < x.length; i++) {
              expect(Math.abs(read(result.dx, i) - read(gradient, i))).toBeLessThan(1e-6 * scale);
            }
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it("gives the gradient in the place of the logits, too", () => {
    const x = fractions(30, 4);
    const labels = Int32Array.of(3, 9, 0);
    const losses = new Float32Array(3);
    const apart = onMemory({ x, labels, losses, dx: new Float32Array(30) }, (k, at) =>
      k.sparseCrossEntropy(at.x, at.labels, 3, 10, 0, 1, at.losses, at.dx),
    );
    const within = onMemory({ x, labels, losses }, (k, at) =>
      k.sparseCrossEntropy(at.x, at.labels, 3, 10, 0, 1, at.losses, at.x),
    );
    expect(within.x).toEqual(apart.dx);
    expect(within.losses).toEqual(apart.losses);
  });
});
