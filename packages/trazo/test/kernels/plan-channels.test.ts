import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { activationNumbers } from "../../src/kernels/plan-kernels.js";
import {
  channelCounts,
  expectClose,
  expectSame,
  fractions,
  onMemory,
  read,
  seeds,
  wholeNumbers,
} from "./plan-memory.js";

/** The last two are more than the kernels take at a time. */
const cases = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({ rows: fc.integer({ min: 1, max: 14 }), channels: channelCounts, seed: seeds }),
  },
  { weight: 1, arbitrary: fc.record({ rows: fc.constant(83), channels: fc.constant(64), seed: seeds }) },
  { weight: 1, arbitrary: fc.record({ rows: fc.constant(85), channels: fc.constant(61), seed: seeds }) },
);

/** Sums of `value(i, channel)` per channel. */
function sumsOf(
  start: Float32Array,
  count: number,
  value: (i: number, channel: number) => number,
): Float32Array {
  const sums = start.slice();
  for (let i = 0; i < count; i++) {
    const c = i % start.length;
    sums[c] = read(sums, c) + value(i, c);
  }
  return sums;
}

const functions = {
  none: { of: (x: number) => x, slope: (_: number) => 1 },
  relu: { of: (x: number) => Math.max(x, 0), slope: (y: number) => (y > 0 ? 1 : 0) },
  relu6: { of: (x: number) => Math.min(Math.max(x, 0), 6), slope: (y: number) => (y > 0 && y < 6 ? 1 : 0) },
  sigmoid: { of: (x: number) => 1 / (1 + Math.exp(-x)), slope: (y: number) => y * (1 - y) },
  tanh: { of: Math.tanh, slope: (y: number) => 1 - y * y },
} as const;
const names = Object.keys(functions) as (keyof typeof functions)[];

describe("rows of channels", () => {
  it.each(names)("take a bias and %s", (name) => {
    fc.assert(
      fc.property(cases, ({ rows, channels, seed }) => {
        const [y, bias] = [wholeNumbers(rows * channels, seed), wholeNumbers(channels, seed + 1)];
        const number = activationNumbers[name];
        const withBias = onMemory({ y, bias }, (kernels, at) =>
          kernels.biasActivation(at.y, rows, channels, at.bias, number),
        );
        const expected = Array.from(y, (value, i) => functions[name].of(value + read(bias, i % channels)));
        expectClose(withBias.y, expected, 1e-6);
        const plain = onMemory({ y }, (kernels, at) =>
          kernels.biasActivation(at.y, rows, channels, 0, number),
        );
        expectClose(
          plain.y,
          Array.from(y, (value) => functions[name].of(value)),
          1e-6,
        );
      }),
      { numRuns: 60 },
    );
  });

  it.each(names)("give back the gradient of %s and of the bias", (name) => {
    fc.assert(
      fc.property(cases, ({ rows, channels, seed }) => {
        const dy = wholeNumbers(rows * channels, seed);
        const y = wholeNumbers(rows * channels, seed + 1);
        const db = wholeNumbers(channels, seed + 2);
        const number = activationNumbers[name];
        const result = onMemory({ dy, y, db }, (kernels, at) =>
          kernels.activationAdjoint(at.dy, at.y, rows, channels, number, at.db),
        );
        const expected = dy.map((value, i) => value * functions[name].slope(read(y, i)));
        expectSame(result.dy, expected);
        expectSame(
          result.db,
          sumsOf(db, dy.length, (i) => read(expected, i)),
        );
        const without = onMemory({ dy, y }, (kernels, at) =>
          kernels.activationAdjoint(at.dy, at.y, rows, channels, number, 0),
        );
        expectSame(without.dy, result.dy);
      }),
      { numRuns: 60 },
    );
  });

  it("keep a NaN", () => {
    for (const name of names) {
      const y = Float32Array.from({ length: 15 }, (_, i) => (i === 1 || i === 13 ? Number.NaN : i));
      const result = onMemory({ y, bias: new Float32Array(5) }, (kernels, at) =>
        kernels.biasActivation(at.y, 3, 5, at.bias, activationNumbers[name]),
      );
      expect(Array.from(result.y, Number.isNaN)).toEqual(Array.from(y, Number.isNaN));
    }
  });

  it("give their moments, a part after the other, wherever they lie", () => {
    const far = fc.constantFrom(0, 1, -300);
    fc.assert(
      fc.property(cases, cases, far, ({ rows, channels, seed }, { rows: more }, mean) => {
        const total = rows + more;
        const x = fractions(total * channels, seed).map((value) => value + mean);
        const arrays = {
          x,
          work: new Float32Array(3 * channels),
          moments: new Float32Array(1 + 2 * channels),
        };
        const { moments } = onMemory(arrays, (kernels, at) => {
          kernels.addMoments(at.x, rows, channels, at.work, at.moments);
          kernels.addMoments(at.x + 4 * rows * channels, more, channels, at.work, at.moments);
        });
        const means = new Float64Array(channels);
        for (const [i, value] of x.entries()) means[i % channels] = read(means, i % channels) + value / total;
        const squares = new Float64Array(channels);
        for (const [i, value] of x.entries()) {
          squares[i % channels] = read(squares, i % channels) + (value - read(means, i % channels)) ** 2;
        }
        expect(moments[0]).toBe(total);
        for (const [c, value] of means.entries()) {
          expect(Math.abs(read(moments, 1 + c) - value)).toBeLessThan(1e-6 * (1 + Math.abs(value)));
        }
        expectClose(moments.slice(1 + channels), squares, 1e-4);
      }),
      { numRuns: 100 },
    );
  });

  it("are added up, with their products around the means", () => {
    fc.assert(
      fc.property(cases, ({ rows, channels, seed }) => {
        const count = rows * channels;
        const [x, dy] = [wholeNumbers(count, seed), wholeNumbers(count, seed + 1)];
        const means = wholeNumbers(channels, seed + 2);
        const start2 = wholeNumbers(2 * channels, seed + 4);
        const products = onMemory({ dy, x, means, sums: start2 }, (kernels, at) =>
          kernels.channelProducts(at.dy, at.x, rows, channels, at.means, at.sums),
        );
        const expected = [
          ...sumsOf(start2.slice(0, channels), count, (i) => read(dy, i)),
          ...sumsOf(start2.slice(channels), count, (i, c) => read(dy, i) * (read(x, i) - read(means, c))),
        ];
        expectSame(products.sums, expected);
      }),
      { numRuns: 100 },
    );
  });

  it("are added up behind a relu of their normalized values", () => {
    fc.assert(
      fc.property(cases, ({ rows, channels, seed }) => {
        const count = rows * channels;
        const [x, dy] = [wholeNumbers(count, seed), wholeNumbers(count, seed + 1)];
        const [means, factors] = [wholeNumbers(channels, seed + 2), wholeNumbers(2 * channels, seed + 3)];
        const start = wholeNumbers(2 * channels, seed + 4);
        const result = onMemory({ dy, x, means, factors, sums: start }, (kernels, at) =>
          kernels.maskedChannelProducts(at.dy, at.x, rows, channels, at.means, at.factors, at.sums),
        );
        const masked = dy.map((value, i) => {
          const c = i % channels;
          return read(x, i) * read(factors, c) + read(factors, channels + c) > 0 ? value : 0;
        });
        expectSame(result.dy, Array.from(dy));
        const expected = [
          ...sumsOf(start.slice(0, channels), count, (i) => read(masked, i)),
          ...sumsOf(start.slice(channels), count, (i, c) => read(masked, i) * (read(x, i) - read(means, c))),
        ];
        expectSame(result.sums, expected);
        const three = wholeNumbers(3 * channels, seed + 5);
        const combined = onMemory(
          {
            dy,
            masked,
            x,
            three,
            factors,
            dx: new Float32Array(count).fill(77),
            plain: new Float32Array(count),
          },
          (kernels, at) => {
            kernels.combineMaskedChannels(at.dy, at.x, rows, channels, at.three, at.factors, at.dx);
            kernels.combineChannels(at.masked, at.x, rows, channels, at.three, at.plain);
          },
        );
        expectSame(combined.dx, Array.from(combined.plain));
      }),
      { numRuns: 100 },
    );
  });

  it("are scaled, shifted and added to others, and give back the gradient where the result was positive", () => {
    fc.assert(
      fc.property(cases, ({ rows, channels, seed }) => {
        const count = rows * channels;
        const [x, other] = [wholeNumbers(count, seed), wholeNumbers(count, seed + 1)];
        const [means, factors] = [wholeNumbers(channels, seed + 2), wholeNumbers(2 * channels, seed + 3)];
        const [dy, start] = [wholeNumbers(count, seed + 4), wholeNumbers(2 * channels, seed + 5)];
        const { y } = onMemory({ x, other, factors, y: new Float32Array(count).fill(77) }, (kernels, at) =>
          kernels.scaleChannelsAndAdd(
            ...([at.x, at.other, rows, channels, at.factors, at.y] as const),
            activationNumbers.relu,
          ),
        );
        const sums = x.map((value, i) => {
          const c = i % channels;
          return value * read(factors, c) + read(factors, channels + c) + read(other, i);
        });
        expectSame(
          y,
          sums.map((sum) => Math.max(sum, 0)),
        );
        const back = onMemory({ dy, x, y, means, sums: start }, (kernels, at) =>
          kernels.gatedChannelProducts(at.dy, at.x, at.y, rows, channels, at.means, at.sums),
        );
        const masked = dy.map((value, i) => (read(sums, i) > 0 ? value : 0));
        expectSame(back.dy, masked);
        const expected = [
          ...sumsOf(start.slice(0, channels), count, (i) => read(masked, i)),
          ...sumsOf(start.slice(channels), count, (i, c) => read(masked, i) * (read(x, i) - read(means, c))),
        ];
        expectSame(back.sums, expected);
      }),
      { numRuns: 100 },
    );
  });

  it("are scaled, shifted, activated and combined", () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(...names), fc.boolean(), ({ rows, channels, seed }, name, adds) => {
        const count = rows * channels;
        const [x, dy] = [wholeNumbers(count, seed), wholeNumbers(count, seed + 1)];
        const factors = wholeNumbers((adds ? 2 : 1) * channels, seed + 2);
        const y = new Float32Array(count).fill(77);
        const scaled = onMemory({ x, factors, y }, (kernels, at) =>
          kernels.scaleChannels(
            at.x,
            rows,
            channels,
            at.factors,
            adds ? 1 : 0,
            at.y,
            activationNumbers[name],
          ),
        );
        const expected = Array.from(x, (value, i) => {
          const c = i % channels;
          return functions[name].of(value * read(factors, c) + (adds ? read(factors, channels + c) : 0));
        });
        expectClose(scaled.y, expected, 1e-6);
        const three = wholeNumbers(3 * channels, seed + 3);
        const combined = onMemory({ dy, x, factors: three, dx: y }, (kernels, at) =>
          kernels.combineChannels(at.dy, at.x, rows, channels, at.factors, at.dx),
        );
        const combinations = x.map((value, i) => {
          const c = i % channels;
          return (
            read(dy, i) * read(three, c) + value * read(three, channels + c) + read(three, 2 * channels + c)
          );
        });
        expectSame(combined.dx, combinations);
      }),
      { numRuns: 100 },
    );
  });
});

describe("values one by one", () => {
  it("are filled, copied, added, scaled and multiplied", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 67 }), seeds, (count, seed) => {
        const [a, b] = [wholeNumbers(count, seed), wholeNumbers(count, seed + 1)];
        const y = new Float32Array(count);
        const of = (
          call: Parameters<typeof onMemory<{ y: Float32Array; a: Float32Array; b: Float32Array }>>[1],
        ) => Array.from(onMemory({ y, a, b }, call).y);
        expect(of((k, at) => k.fill(at.y, count, 3))).toEqual(Array(count).fill(3));
        expect(of((k, at) => k.fill(at.y, count, 0))).toEqual(Array(count).fill(0));
        expect(of((k, at) => k.copy(at.y, at.a, count))).toEqual(Array.from(a));
        expect(of((k, at) => k.sum(at.y, at.a, at.b, count))).toEqual(
          Array.from(a, (value, i) => value + read(b, i)),
        );
        expect(of((k, at) => k.multiply(at.y, at.a, at.b, count)).map((value) => value + 0)).toEqual(
          Array.from(a, (value, i) => value * read(b, i) + 0),
        );
        expect(Array.from(onMemory({ a, b }, (k, at) => k.add(at.a, at.b, count)).a)).toEqual(
          Array.from(a, (value, i) => value + read(b, i)),
        );
        expect(Array.from(onMemory({ a, b }, (k, at) => k.addScaled(at.a, at.b, count, 3)).a)).toEqual(
          Array.from(a, (value, i) => value + 3 * read(b, i)),
        );
        expect(Array.from(onMemory({ a }, (k, at) => k.scale(at.a, count, 3)).a)).toEqual(
          Array.from(a, (value) => value * 3),
        );
      }),
    );
  });

  it.each(names)("are activated by %s, and back", (name) => {
    const count = 203;
    const x = fractions(count, 5).map((value) => value * 12);
    const number = activationNumbers[name];
    const { y } = onMemory({ x, y: new Float32Array(count) }, (k, at) =>
      k.applyActivation(at.y, at.x, count, number),
    );
    for (const [i, value] of y.entries()) {
      const expected = functions[name].of(read(x, i));
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(4 * 2 ** -23 * Math.abs(expected));
    }
    const dy = fractions(count, 6);
    const { dx } = onMemory({ dy, y, dx: new Float32Array(count) }, (k, at) =>
      k.activationGradient(at.dx, at.dy, at.y, count, number),
    );
    expectClose(
      dx,
      Array.from(dy, (value, i) => value * functions[name].slope(read(y, i))),
      1e-6,
    );
  });
});
