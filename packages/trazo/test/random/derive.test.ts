import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TrazoError } from "../../src/errors.js";
import { randomStream } from "../../src/random/derive.js";

const seeds = fc.maxSafeNat();
const paths = fc.array(
  fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
  {
    maxLength: 4,
  },
);

describe("randomStream", () => {
  it("is a pure function of seed and path", () => {
    fc.assert(
      fc.property(seeds, paths, (seed, path) => {
        expect(take(4, seed, ...path)).toEqual(take(4, seed, ...path));
      }),
    );
  });

  it("gives different numbers for different seeds or paths", () => {
    fc.assert(
      fc.property(seeds, paths, seeds, paths, (seed, path, otherSeed, otherPath) => {
        const same = seed === otherSeed && JSON.stringify(path) === JSON.stringify(otherPath);
        fc.pre(!same);
        expect(take(4, seed, ...path)).not.toEqual(take(4, otherSeed, ...otherPath));
      }),
    );
  });

  it("tells apart paths that look alike", () => {
    const looks: (string | number)[][] = [
      [],
      [""],
      ["ab"],
      ["a", "b"],
      ["ab\0"],
      [1],
      ["1"],
      [1, 1],
      [0],
      [0.5],
      [2 ** 40],
    ];
    const firsts = looks.map((path) => take(4, 7, ...path).join());
    expect(new Set(firsts).size).toBe(looks.length);
  });

  it("uses all 53 bits of the seed", () => {
    expect(take(4, 1)).not.toEqual(take(4, 1 + 2 ** 32));
    expect(take(4, Number.MAX_SAFE_INTEGER)).not.toEqual(take(4, Number.MAX_SAFE_INTEGER - 2 ** 52));
  });

  it("gives uniforms on [0, 1) with the right mean, variance and spread", () => {
    const random = randomStream(7, "uniform");
    const values = Float64Array.from({ length: 200_000 }, () => random.uniform());
    const { mean, variance } = moments(values);
    expect(values.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.003);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.001);
    const bins = new Int32Array(10);
    for (const x of values) bins[Math.floor(x * 10)] = (bins[Math.floor(x * 10)] as number) + 1;
    expect(chiSquare(bins, 20_000)).toBeLessThan(33.7); // 9 degrees of freedom, p = 0.0001
  });

  it("gives standard normals", () => {
    const random = randomStream(7, "normal");
    const values = Float64Array.from({ length: 200_000 }, () => random.normal());
    const { mean, variance } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(Math.abs(variance - 1)).toBeLessThan(0.015);
    const within = (sigmas: number) => values.filter((x) => Math.abs(x) < sigmas).length / values.length;
    expect(Math.abs(within(1) - 0.6827)).toBeLessThan(0.005);
    expect(Math.abs(within(2) - 0.9545)).toBeLessThan(0.003);
    // Neighbors come from one Box–Muller pair and must still be uncorrelated.
    let product = 0;
    for (let i = 0; i < values.length; i += 2) product += (values[i] as number) * (values[i + 1] as number);
    expect(Math.abs(product / (values.length / 2))).toBeLessThan(0.015);
  });

  it("permutes 0 … n-1", () => {
    fc.assert(
      fc.property(seeds, fc.nat(300), (seed, n) => {
        const sorted = randomStream(seed, "p").permutation(n).sort();
        expect([...sorted]).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
  });

  it("gives every permutation of three equally often", () => {
    const random = randomStream(3, "fair");
    const counts = new Map<string, number>();
    for (let i = 0; i < 60_000; i++) {
      const p = random.permutation(3).join("");
      counts.set(p, (counts.get(p) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    expect(chiSquare([...counts.values()], 10_000)).toBeLessThan(25.7); // 5 degrees of freedom, p = 0.0001
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])("refuses the seed %s", (seed) => {
    expect(() => randomStream(seed)).toThrow(/seed must be an integer/);
  });

  it("refuses a path entry that is not finite and a bad permutation length", () => {
    expect(() => randomStream(1, Number.NaN)).toThrow(TrazoError);
    expect(() => randomStream(1).permutation(-1)).toThrow(TrazoError);
  });
});

function take(count: number, seed: number, ...path: (string | number)[]): number[] {
  const random = randomStream(seed, ...path);
  return Array.from({ length: count }, () => random.nextUint32());
}

function moments(values: Float64Array): { mean: number; variance: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

function chiSquare(counts: ArrayLike<number>, expected: number): number {
  return Array.from(counts).reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
