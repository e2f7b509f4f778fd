import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TrazoError } from "../../src/errors.js";
import { computeFans } from "../../src/initializers/fans.js";
import {
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  lecunNormal,
  lecunUniform,
  ones,
  orthogonal,
  randomNormal,
  randomUniform,
  truncatedNormal,
  varianceScaling,
  zeros,
} from "../../src/initializers/index.js";
import { randomStream } from "../../src/random/derive.js";

const CONV = [5, 5, 16, 40] as const; // fans 400 and 1000
const DENSE = [300, 200] as const;

describe("computeFans", () => {
  it.each([
    [[], 1, 1],
    [[7], 7, 7],
    [[1024, 10], 1024, 10],
    [[5, 5, 1, 6], 25, 150],
    [[3, 4, 2], 12, 6],
  ])("of %j is %d and %d", (shape, fanIn, fanOut) => {
    expect(computeFans(shape)).toEqual({ fanIn, fanOut });
  });
});

describe("uniform scalings", () => {
  it.each([
    ["glorotUniform", glorotUniform(), Math.sqrt(6 / 1400)],
    ["heUniform", heUniform(), Math.sqrt(6 / 400)],
    ["lecunUniform", lecunUniform(), Math.sqrt(3 / 400)],
    ["fan_out", varianceScaling({ scale: 2, mode: "fan_out", distribution: "uniform" }), Math.sqrt(6 / 1000)],
  ])("%s fills ±limit evenly", (_, initializer, limit) => {
    const values = draw(initializer, CONV);
    const { mean, stddev, largest } = moments(values);
    expect(largest).toBeLessThanOrEqual(Math.fround(limit));
    expect(largest).toBeGreaterThan(0.995 * limit);
    expect(Math.abs(mean)).toBeLessThan(0.02 * limit);
    expect(stddev / (limit / Math.sqrt(3))).toBeCloseTo(1, 1);
  });

  it("has the limits of the course net", () => {
    expect(moments(draw(glorotUniform(), [5, 5, 1, 6])).largest).toBeLessThanOrEqual(0.18517);
    expect(moments(draw(glorotUniform(), [1024, 1024])).largest).toBeCloseTo(0.054127, 5);
  });
});

describe("normal scalings", () => {
  it.each([
    ["glorotNormal", glorotNormal(), Math.sqrt(2 / 1400)],
    ["heNormal", heNormal(), Math.sqrt(2 / 400)],
    ["lecunNormal", lecunNormal(), Math.sqrt(1 / 400)],
    ["normal is an alias", varianceScaling({ distribution: "normal" }), Math.sqrt(1 / 400)],
  ])("%s keeps the wanted spread though it is cut", (_, initializer, stddev) => {
    const found = moments(draw(initializer, CONV));
    expect(found.stddev / stddev).toBeGreaterThan(0.97);
    expect(found.stddev / stddev).toBeLessThan(1.03);
    expect(found.largest).toBeLessThanOrEqual((2 * stddev) / 0.8796 + 1e-6);
    expect(found.largest).toBeGreaterThan((1.95 * stddev) / 0.8796);
  });

  it("leaves the tails when untruncated", () => {
    const found = moments(draw(varianceScaling({ distribution: "untruncated_normal" }), CONV));
    expect(found.stddev / 0.05).toBeCloseTo(1, 1);
    expect(found.largest).toBeGreaterThan(0.05 * 3);
  });
});

describe("plain distributions", () => {
  it("randomNormal has its mean and spread", () => {
    const { mean, stddev, largest } = moments(draw(randomNormal({ mean: 1, stddev: 2 }), DENSE));
    expect(Math.abs(mean - 1)).toBeLessThan(0.04);
    expect(Math.abs(stddev - 2)).toBeLessThan(0.04);
    expect(largest).toBeGreaterThan(7);
  });

  it("truncatedNormal is cut at two stddev, without correction", () => {
    const { stddev, largest } = moments(draw(truncatedNormal({ stddev: 1 }), DENSE));
    expect(Math.abs(stddev - 0.8796)).toBeLessThan(0.01);
    expect(largest).toBeLessThanOrEqual(2);
    expect(largest).toBeGreaterThan(1.98);
  });

  it("randomUniform stays between its ends", () => {
    const values = draw(randomUniform({ minval: 2, maxval: 3 }), DENSE);
    expect(Math.min(...values.subarray(0, 1000))).toBeGreaterThanOrEqual(2);
    expect(Math.max(...values.subarray(0, 1000))).toBeLessThanOrEqual(3);
    expect(Math.abs(moments(values).mean - 2.5)).toBeLessThan(0.01);
  });

  it("zeros, ones and constant fill", () => {
    expect([...draw(zeros(), [2, 2])]).toEqual([0, 0, 0, 0]);
    expect([...draw(ones(), [3])]).toEqual([1, 1, 1]);
    expect([...draw(constant({ value: -0.5 }), [2])]).toEqual([-0.5, -0.5]);
    expect([...draw(constant(), [])]).toEqual([0]);
  });
});

describe("orthogonal", () => {
  it.each([
    [[3, 3, 4, 8], 36, 8],
    [[20, 50], 20, 50],
    [[64, 64], 64, 64],
  ])("of %j is orthonormal along its shorter side", (shape, rows, columns) => {
    const values = draw(orthogonal({ gain: 2 }), shape);
    const at = (r: number, c: number) => values[r * columns + c] as number;
    const count = Math.min(rows, columns);
    const length = Math.max(rows, columns);
    const element = rows < columns ? at : (vector: number, i: number) => at(i, vector);
    for (let a = 0; a < count; a++) {
      for (let b = 0; b <= a; b++) {
        let product = 0;
        for (let i = 0; i < length; i++) product += element(a, i) * element(b, i);
        expect(product).toBeCloseTo(a === b ? 4 : 0, 5);
      }
    }
  });

  it("has no preferred sign", () => {
    let positive = 0;
    for (let i = 0; i < 400; i++) {
      if ((orthogonal().init([2, 2], randomStream(i))[0] as number) > 0) positive++;
    }
    expect(positive).toBeGreaterThan(150);
    expect(positive).toBeLessThan(250);
  });

  it("refuses a vector", () => {
    expect(() => draw(orthogonal(), [5])).toThrow(/at least two dimensions.*\[5\]/);
  });
});

describe("seeds", () => {
  const seeded = (seed?: number): Initializer[] => [
    glorotUniform({ seed }),
    heNormal({ seed }),
    varianceScaling({ seed }),
    randomNormal({ seed }),
    randomUniform({ seed }),
    truncatedNormal({ seed }),
    orthogonal({ seed }),
  ];

  it("draw from the passed stream when there is none", () => {
    for (const initializer of seeded()) {
      const random = randomStream(1, "w");
      const first = initializer.init([4, 4], random);
      expect(initializer.init([4, 4], random)).not.toEqual(first);
      expect(initializer.init([4, 4], randomStream(1, "w"))).toEqual(first);
      expect(initializer.init([4, 4], randomStream(2, "w"))).not.toEqual(first);
    }
  });

  it("decide alone when there is one", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (seed, other) => {
        for (const [i, initializer] of seeded(seed).entries()) {
          const values = initializer.init([3, 2], randomStream(1));
          expect(initializer.init([3, 2], randomStream(2))).toEqual(values);
          if (other !== seed) expect(seeded(other)[i]?.init([3, 2], randomStream(1))).not.toEqual(values);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("leave the passed stream untouched when there is one", () => {
    const random = randomStream(5);
    glorotUniform({ seed: 1 }).init([8, 8], random);
    expect(random.nextUint32()).toBe(randomStream(5).nextUint32());
  });
});

describe("refusals", () => {
  it.each([
    ["a bad seed", () => glorotUniform({ seed: -1 })],
    ["a bad scale", () => varianceScaling({ scale: 0 })],
    ["a bad mode", () => varianceScaling({ mode: "fan" as "fan_in" })],
    ["a bad distribution", () => varianceScaling({ distribution: "cauchy" as "uniform" })],
    ["a negative spread", () => randomNormal({ stddev: -1 })],
    ["ends out of order", () => randomUniform({ minval: 1, maxval: 0 })],
    ["a constant that is not a number", () => constant({ value: Number.NaN })],
  ])("%s", (_, make) => {
    expect(make).toThrow(TrazoError);
  });
});

function draw(initializer: Initializer, shape: readonly number[]): Float32Array {
  return initializer.init(shape, randomStream(11, "test"));
}

function moments(values: Float32Array): { mean: number; stddev: number; largest: number } {
  let sum = 0;
  let largest = 0;
  for (const x of values) {
    sum += x;
    largest = Math.max(largest, Math.abs(x));
  }
  const mean = sum / values.length;
  let squares = 0;
  for (const x of values) squares += (x - mean) ** 2;
  return { mean, stddev: Math.sqrt(squares / values.length), largest };
}
