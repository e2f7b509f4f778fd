import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adam } from "../../src/optimizers/adam.js";
import { applyUpdates } from "../../src/optimizers/apply.js";
import { cases } from "./cases.js";
import { kernelsFor, noise, placeVariable } from "./flat.js";
import { withPenalties } from "./reference.js";

const at = (values: ArrayLike<number>, i: number): number => values[i] as number;

describe.each(cases)("the kernel of $name", ({ make, rule }) => {
  it.each([
    { l1: 0, l2: 0, weightDecay: 0 },
    { l1: 0, l2: 0.02, weightDecay: 0 },
    { l1: 0.01, l2: 0, weightDecay: 0 },
    { l1: 0.01, l2: 0.02, weightDecay: 0 },
    { l1: 0, l2: 0, weightDecay: 0.3 },
    { l1: 0, l2: 0.02, weightDecay: 0.3 },
    { l1: 0.01, l2: 0.02, weightDecay: 0.3 },
  ])(
    "agrees with float64 over 12 steps, l1 $l1, l2 $l2, decay $weightDecay",
    async ({ l1, l2, weightDecay }) => {
      // More than a block of 128 values, and a tail of 3.
      const length = 299;
      const kernels = await kernelsFor(6, length);
      const optimizer = make({ weightDecay });
      const random = noise(7);
      const start = Array.from({ length }, (_, i) => (i % 10 === 3 ? 0 : random()));
      const { span, p, g, slots } = placeVariable(kernels, optimizer, start, { l1, l2 });
      const reference = withPenalties(rule, { l1, l2, decay: 0.01 * weightDecay });
      let expected = start.map((value) => ({ p: Math.fround(value), slots: [] as readonly number[] }));
      for (let t = 1; t <= 12; t++) {
        const gradients = expected.map(() => random() * 0.1);
        g.set(gradients);
        const penalty = applyUpdates(optimizer, kernels, [span]);
        const wanted = expected.reduce((sum, w) => sum + l1 * Math.abs(w.p) + l2 * w.p * w.p, 0);
        expect(Math.abs(penalty - wanted)).toBeLessThanOrEqual(2e-6 * wanted);
        expected = expected.map((w, i) => reference(w.p, Math.fround(at(gradients, i)), w.slots, t));
      }
      expect(Math.max(...expected.map((w, i) => Math.abs(w.p - at(p, i))))).toBeLessThan(1e-6);
      slots.forEach((slot, k) => {
        expect(Math.max(...expected.map((w, i) => Math.abs(at(w.slots, k) - at(slot, i))))).toBeLessThan(
          1e-6,
        );
      });
      expect(optimizer.iterations).toBe(12);
      // Enough has happened for the comparison to mean something.
      expect(Math.max(...start.map((value, i) => Math.abs(value - at(p, i))))).toBeGreaterThan(5e-3);
    },
  );

  it("updates all values of any length and nothing beyond them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 140 }), fc.boolean(), async (length, penalized) => {
        const optimizer = make();
        const kernels = await kernelsFor(5, length + 16);
        const guard = 12345;
        const { span, p, g, slots } = placeVariable(
          kernels,
          optimizer,
          new Float32Array(length + 16).fill(guard),
          penalized ? { l1: 0.1, l2: 0.1 } : {},
        );
        for (const slot of slots) slot.fill(guard);
        const random = noise(length);
        for (let i = 0; i < length; i++) {
          p[i] = random();
          for (const slot of slots) slot[i] = 0;
        }
        g.fill(0.5);
        const before = p.slice(0, length);
        applyUpdates(optimizer, kernels, [{ ...span, length }]);
        expect(before.every((value, i) => value !== p[i])).toBe(true);
        for (const array of [p, ...slots]) expect([...array.slice(length)]).toEqual(Array(16).fill(guard));
      }),
      { numRuns: 40 },
    );
  });

  it("lets a NaN of one gradient reach its own weight, and no other", async () => {
    const optimizer = make();
    const kernels = await kernelsFor(5, 8);
    const { span, p, g } = placeVariable(kernels, optimizer, Array(8).fill(1));
    g.fill(0.1);
    g[5] = Number.NaN;
    applyUpdates(optimizer, kernels, [span]);
    expect([...p].map(Number.isNaN)).toEqual([false, false, false, false, false, true, false, false]);
  });
});

describe("slots of weights whose gradient stays zero", () => {
  const smallestNormal = 2 ** -126;

  it.each(cases)("hold no denormal numbers: $name", async ({ make }) => {
    const optimizer = make();
    const length = 64;
    const kernels = await kernelsFor(5, length);
    const { span, p, g, slots } = placeVariable(kernels, optimizer, Array(length).fill(0.5));
    g.forEach((_, i) => {
      g[i] = 10 ** (-i / 2);
    });
    applyUpdates(optimizer, kernels, [span]);
    g.fill(0);
    for (let step = 0; step < 900; step++) {
      applyUpdates(optimizer, kernels, [span]);
      for (const slot of slots) {
        expect(slot.some((value) => value !== 0 && Math.abs(value) < smallestNormal)).toBe(false);
      }
    }
    expect(p.every(Number.isFinite)).toBe(true);
  });

  it("become zero in the end", async () => {
    const optimizer = adam({ beta2: 0.9 });
    const kernels = await kernelsFor(4, 4);
    const { span, g, slots } = placeVariable(kernels, optimizer, [1, 1, 1, 1]);
    g.fill(-0.3);
    applyUpdates(optimizer, kernels, [span]);
    expect(slots.every((slot) => slot.every((value) => value !== 0))).toBe(true);
    g.fill(0);
    for (let step = 0; step < 900; step++) applyUpdates(optimizer, kernels, [span]);
    expect(slots.map((slot) => [...slot])).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
  });
});

describe("Adam's defaults", () => {
  it("give the known sequence for one weight", async () => {
    const optimizer = adam();
    const kernels = await kernelsFor(4, 1);
    const { span, p, g } = placeVariable(kernels, optimizer, [1]);
    const weights = [0.5, -0.25, 0.125].map((gradient) => {
      g[0] = gradient;
      applyUpdates(optimizer, kernels, [span]);
      return at(p, 0);
    });
    const known = [0.9990000063245154, 0.9987336707920792, 0.9983932435248193];
    for (const [i, value] of known.entries()) expect(Math.abs(at(weights, i) - value)).toBeLessThan(1.2e-7);
  });
});
