import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createKernels } from "../../src/kernels/kernels.js";
import { applyUpdates } from "../../src/optimizers/apply.js";
import { sgd } from "../../src/optimizers/sgd.js";
import { philox4x32 } from "../../src/random/philox.js";

const at = (values: ArrayLike<number>, i: number): number => values[i] as number;

describe("the kernels' memory", () => {
  it("gives aligned, zeroed places that do not overlap", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 75 }), { maxLength: 20 }), async (sizes) => {
        const kernels = await createKernels(20 * 320);
        let end = 0;
        for (const size of sizes) {
          const offset = kernels.allocate(4 * size);
          expect(offset % 64).toBe(0);
          expect(offset).toBeGreaterThanOrEqual(end);
          expect(kernels.float32(offset, size).every((value) => value === 0)).toBe(true);
          kernels.float32(offset, size).fill(9);
          end = offset + 4 * size;
        }
      }),
      { numRuns: 30 },
    );
  });

  it("gives all of its capacity and no more", async () => {
    const kernels = await createKernels(70_000 * 64);
    kernels.allocate(69_999 * 64);
    expect(() => kernels.allocate(65)).toThrow(/65 bytes were asked for, but 64 of 4480000 are left/);
    const last = kernels.allocate(64);
    expect(kernels.float32(last, 16).length).toBe(16);
    expect(() => kernels.allocate(1)).toThrow(/full/);
  });

  it("never grows, so views stay valid", async () => {
    const kernels = await createKernels(64);
    const memory = kernels.memory as unknown as { grow(pages: number): number };
    expect(() => memory.grow(1)).toThrow();
    const { buffer } = kernels.memory;
    kernels.allocate(64);
    expect(kernels.memory.buffer).toBe(buffer);
  });

  it("refuses views outside of what can be allocated", async () => {
    const kernels = await createKernels(64);
    const offset = kernels.allocate(64);
    expect(() => kernels.float32(offset, 17)).toThrow(/17 values at byte/);
    expect(() => kernels.float32(0, 1)).toThrow(/outside/);
    expect(() => kernels.float32(offset, -1)).toThrow(/outside/);
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 40])("refuses a capacity of %d bytes", async (capacity) => {
    await expect(createKernels(capacity)).rejects.toThrow(/capacity/);
  });

  it("refuses to allocate a negative number of bytes", async () => {
    const kernels = await createKernels(64);
    expect(() => kernels.allocate(-64)).toThrow(/non-negative integer/);
  });

  it("belongs to one object alone", async () => {
    const [a, b] = [await createKernels(64), await createKernels(64)];
    const offset = a.allocate(64);
    a.float32(offset, 1)[0] = 5;
    expect(b.float32(b.allocate(64), 1)[0]).toBe(0);
  });
});

describe("sums and scalings of a gradient", () => {
  /** The values, with three guards behind them. */
  async function place(values: readonly number[]) {
    const kernels = await createKernels(2 * 64 * Math.ceil((values.length + 3) / 16));
    const g = kernels.allocate(4 * (values.length + 3));
    const view = kernels.float32(g, values.length + 3);
    view.set([...values, 99, 99, 99]);
    return { kernels, g, view, length: values.length };
  }
  const flushed = (x: number): number => (Math.abs(x) < 2 ** -116 ? 0 : x);
  const floats = fc.array(fc.float({ noNaN: true, min: -1e10, max: 1e10 }), { maxLength: 70 });

  it("sumOfSquares is that of float64", async () => {
    await fc.assert(
      fc.asyncProperty(floats, async (values) => {
        const { kernels, g, length } = await place(values);
        const wanted = values.map(flushed).reduce((sum, x) => sum + x * x, 0);
        expect(Math.abs(kernels.sumOfSquares(g, length) - wanted)).toBeLessThanOrEqual(1e-13 * wanted);
      }),
    );
  });

  it("scale multiplies every value and nothing behind them", async () => {
    await fc.assert(
      fc.asyncProperty(floats, async (values) => {
        const { kernels, g, view, length } = await place(values);
        kernels.scale(g, length, 0.3);
        expect([...view]).toEqual([
          ...values.map((x) => Math.fround(flushed(x) * Math.fround(0.3))),
          99,
          99,
          99,
        ]);
      }),
    );
  });

  it("clamp limits every value and nothing behind them", async () => {
    await fc.assert(
      fc.asyncProperty(floats, async (values) => {
        const { kernels, g, view, length } = await place(values);
        kernels.clamp(g, length, 2.5);
        expect([...view]).toEqual([...values.map((x) => Math.min(2.5, Math.max(-2.5, x))), 99, 99, 99]);
      }),
    );
  });

  it("clamp keeps NaN and limits infinities", async () => {
    const { kernels, g, view, length } = await place([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1,
      -1e30,
      Number.NaN,
    ]);
    kernels.clamp(g, length, 2);
    expect([...view]).toEqual([Number.NaN, 2, 1, -2, Number.NaN, 99, 99, 99]);
  });

  it("addPenaltyGradient adds l1 sign(p) + 2 l2 p and gives the penalty", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.float({ noNaN: true, min: -8, max: 8 }), { maxLength: 70 }),
        async (values) => {
          const { kernels, g: p, length } = await place(values);
          const g = kernels.allocate(4 * (length + 3));
          const view = kernels.float32(g, length + 3).fill(1);
          const penalty = kernels.addPenaltyGradient(p, g, length, 0.25, 0.5);
          const wanted = values.reduce((sum, x) => sum + 0.25 * Math.abs(x) + 0.5 * x * x, 0);
          expect(Math.abs(penalty - wanted)).toBeLessThanOrEqual(1e-6 * wanted + 1e-30);
          values.forEach((x, i) => {
            expect(Math.abs(at(view, i) - (1 + 0.25 * Math.sign(x) + x))).toBeLessThan(2e-6);
          });
          expect([...view.slice(length)]).toEqual([1, 1, 1]);
        },
      ),
    );
  });
});

describe("the penalty of a large variable", () => {
  it("is accurate to 1e-6 in both kernels that give it", async () => {
    const length = 400_003;
    const kernels = await createKernels(2 * 4 * (length + 16));
    const [p, g] = [kernels.allocate(4 * length), kernels.allocate(4 * length)];
    const weights = kernels.float32(p, length);
    for (let i = 0; i < length; i++) weights[i] = Math.sin(i * i) * 0.05;
    const wanted = weights.reduce((sum, x) => sum + 1e-3 * Math.abs(x) + 2e-4 * x * x, 0);
    const added = kernels.addPenaltyGradient(p, g, length, 1e-3, 2e-4);
    const span = { p, g, length, slots: [], l1: 1e-3, l2: 2e-4 };
    const updated = applyUpdates(sgd({ learningRate: 0 }), kernels, [span]);
    for (const penalty of [added, updated]) expect(Math.abs(penalty / wanted - 1)).toBeLessThan(1e-6);
  });
});

describe("dropout masks", () => {
  /** The mask as documented, from the generator's TypeScript form. */
  function referenceMask(length: number, rate: number, low: number, high: number): number[] {
    const words = new Uint32Array(4);
    return Array.from({ length }, (_, index) => {
      const [turn, inTurn] = [Math.floor(index / 32), index % 32];
      const [word, lane, half] = [inTurn >> 3, (inTurn >> 1) & 3, inTurn & 1];
      philox4x32(4 * turn + lane, 0, 0, 0, low, high, words);
      const bits = (at(words, word) >>> (16 * half)) & 0xffff;
      return bits >= Math.round(rate * 65536) ? Math.fround(1 / (1 - rate)) : 0;
    });
  }

  async function mask(length: number, rate: number, low: number, high: number): Promise<Float32Array> {
    const kernels = await createKernels(4 * length + 64);
    const target = kernels.allocate(4 * length);
    kernels.dropoutMask(target, length, rate, low, high);
    return kernels.float32(target, length);
  }

  it.each([
    [200, 0.3, 1, 2],
    [31, 0.5, 0xffffffff, 0x80000000],
    [5, 0.25, 0, 0],
  ])("are those of Philox4x32-10: %d values, rate %d", async (length, rate, low, high) => {
    expect([...(await mask(length, rate, low, high))]).toEqual(referenceMask(length, rate, low, high));
  });

  it.each([0.1, 0.25, 0.5, 0.9])("drop the share %d", async (rate) => {
    const n = 1 << 17;
    const values = await mask(n, rate, 42, 7);
    const kept = values.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
    // Five standard deviations.
    expect(Math.abs(kept - n * (1 - rate))).toBeLessThan(5 * Math.sqrt(n * rate * (1 - rate)));
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
  });

  it("are the same for the same seed, and independent for seeds that differ in one bit", async () => {
    const n = 1 << 16;
    const first = await mask(n, 0.5, 3, 4);
    expect(await mask(n, 0.5, 3, 4)).toEqual(first);
    for (const [low, high] of [
      [2, 4],
      [3, 5],
      [3 + 2 ** 31, 4],
    ] as const) {
      const other = await mask(n, 0.5, low, high);
      const equal = other.reduce((sum, value, i) => sum + (value === first[i] ? 1 : 0), 0);
      expect(Math.abs(equal - n / 2)).toBeLessThan(5 * Math.sqrt(n / 4));
    }
  });

  it("drop nothing at rate 0 and everything at rate 1", async () => {
    expect(new Set(await mask(50, 0, 1, 1))).toEqual(new Set([1]));
    expect(new Set(await mask(50, 1, 1, 1))).toEqual(new Set([0]));
  });

  it("write nothing beyond their length", async () => {
    for (let length = 0; length < 70; length++) {
      const kernels = await createKernels(512);
      const view = kernels.float32(kernels.allocate(512), 128).fill(9);
      kernels.dropoutMask(view.byteOffset, length, 0.5, 1, 1);
      expect(view.indexOf(9)).toBe(length);
      expect(view.slice(length).every((value) => value === 9)).toBe(true);
    }
  });

  it.each([-0.1, 1.1, Number.NaN])("refuse the rate %d", async (rate) => {
    await expect(mask(4, rate, 1, 1)).rejects.toThrow(/rate/);
  });
});

describe("normal noise", () => {
  async function draw(length: number, low: number, high: number): Promise<Float32Array> {
    const kernels = await createKernels(4 * length + 128);
    const target = kernels.allocate(4 * length + 64);
    kernels.float32(target, length + 16).fill(99);
    kernels.normalNoise(target, length, low, high);
    expect([...kernels.float32(target, length + 16).slice(length)]).toEqual(Array(16).fill(99));
    return kernels.float32(target, length);
  }

  it("is Box and Muller's of Philox4x32-10", async () => {
    const found = await draw(45, 5, 6);
    const words = new Uint32Array(4);
    for (const [i, value] of found.entries()) {
      const [turn, row, lane] = [Math.floor(i / 16), (i >> 2) & 3, i & 3];
      philox4x32(4 * turn + lane, 0, 0, 0, 5, 6, words);
      const first = row < 2 ? 0 : 2;
      const radius = Math.sqrt(-2 * Math.log((at(words, first) + 0.5) / 2 ** 32));
      const angle = (2 * Math.PI * at(words, first + 1)) / 2 ** 32;
      expect(Math.abs(value - radius * (row % 2 === 0 ? Math.cos(angle) : Math.sin(angle)))).toBeLessThan(
        1e-5,
      );
    }
  });

  it("has the moments of the standard normal distribution", async () => {
    const n = 1 << 17;
    const values = await draw(n, 11, 12);
    const moment = (k: number): number => values.reduce((sum, x) => sum + x ** k, 0) / n;
    // Five standard deviations of each moment's estimate: its variance is (2k - 1)!! less the moment's square, over n.
    expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(1 / n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
  });
});

describe("uniform noise", () => {
  it("is the upper 24 bits of Philox4x32-10, and stays within its place", async () => {
    const kernels = await createKernels(512);
    const target = kernels.allocate(400);
    kernels.float32(target, 100).fill(9);
    kernels.uniformNoise(target, 45, 5, 6);
    const words = new Uint32Array(4);
    for (const [i, value] of kernels.float32(target, 45).entries()) {
      philox4x32(4 * Math.floor(i / 16) + (i & 3), 0, 0, 0, 5, 6, words);
      expect(value).toBe((at(words, (i >> 2) & 3) >>> 8) / 2 ** 24);
    }
    expect(kernels.float32(target, 100).slice(45)).toEqual(new Float32Array(55).fill(9));
  });
});
