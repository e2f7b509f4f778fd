import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { TrazoError } from "../../src/errors.js";
import { RandomState } from "../../src/random/mt19937.js";

// Expected values were printed by NumPy 2.4 (`numpy.random.RandomState(42)`).
describe("RandomState", () => {
  it("gives NumPy's words for seed 42", () => {
    const random = new RandomState(42);
    const words = Array.from({ length: 5 }, () => random.nextUint32());
    expect(words).toEqual([1608637542, 3421126067, 4083286876, 787846414, 3143890026]);
  });

  it("gives NumPy's doubles", () => {
    const random = new RandomState(42);
    expect([random.uniform(), random.uniform(), random.uniform()]).toEqual([
      0.3745401188473625, 0.9507143064099162, 0.7319939418114051,
    ]);
  });

  it("scales doubles to an interval as NumPy does", () => {
    const random = new RandomState(42);
    expect(random.uniformBetween(-10, 10)).toBe(-10 + 20 * 0.3745401188473625);
  });

  it("gives NumPy's permutation(10)", () => {
    expect([...new RandomState(42).permutation(10)]).toEqual([8, 1, 5, 0, 7, 2, 9, 4, 3, 6]);
  });

  it("gives NumPy's permutation(60000)", () => {
    const p = new RandomState(42).permutation(60000);
    expect([...p.subarray(0, 10)]).toEqual([
      12628, 37730, 39991, 8525, 8279, 51012, 14871, 15127, 9366, 33322,
    ]);
    expect([...p.subarray(12000, 12010)]).toEqual([
      48572, 38696, 13611, 35213, 31766, 57477, 9165, 21399, 44113, 55436,
    ]);
    expect([...p.subarray(-5)]).toEqual([54343, 38158, 860, 15795, 56422]);
    expect(sha256(p)).toBe("8e649740dc07f11f33c07e99e31f2fd54347ba0d4fb2933c8cfa9e960ee0893b");
    expect(sha256(p.subarray(0, 12000))).toBe(
      "fb59cf8c489005644c7351baad7eb079f218d726a89aa8f8ebf4c03ba733347e",
    );
    expect(sha256(p.subarray(12000))).toBe(
      "cee437c71d095023a0f48cb8cbad98f5f73ab5a21e9f7f0c141c0658dc8476c2",
    );
  });

  it("gives NumPy's permutation(70000)", () => {
    const p = new RandomState(42).permutation(70000);
    expect([...p.subarray(0, 5)]).toEqual([46730, 48393, 41416, 34506, 43725]);
    expect([...p.subarray(14000, 14005)]).toEqual([47339, 67456, 12308, 32557, 664]);
    expect(sha256(p)).toBe("be9d6717b158ed58d8957bd053af161bbfb5c7dd80c1b83b8d77af52e96b0d40");
  });

  it("permutes a copy of an array in the order of permutation(n)", () => {
    const values = Int32Array.from({ length: 10 }, (_, i) => 100 + i);
    const permuted = new RandomState(42).permuted(values);
    expect([...permuted]).toEqual([108, 101, 105, 100, 107, 102, 109, 104, 103, 106]);
    expect(values[0]).toBe(100);
  });

  it("draws the whole closed interval and nothing else", () => {
    const random = new RandomState(0);
    const seen = new Set(Array.from({ length: 500 }, () => random.interval(5)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(random.interval(0xffffffff)).toBeGreaterThanOrEqual(0);
  });

  it("takes no word for an interval of one value", () => {
    const random = new RandomState(42);
    expect(random.interval(0)).toBe(0);
    expect(random.nextUint32()).toBe(1608637542);
  });

  it.each([-1, 2 ** 32, 0.5, Number.NaN])("refuses the seed %s", (seed) => {
    expect(() => new RandomState(seed)).toThrow(TrazoError);
  });
});

function sha256(values: Int32Array): string {
  return createHash("sha256").update(values).digest("hex");
}
