import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toCategorical } from "../../src/data/categorical.js";
import { divide, tensor } from "../../src/tensor.js";

describe("toCategorical", () => {
  it("gives one-hot rows as Keras does", () => {
    const y = toCategorical([0, 2, 1]);
    expect(y.dtype).toBe("float32");
    expect(y.shape).toEqual([3, 3]);
    expect([...y.data]).toEqual([1, 0, 0, 0, 0, 1, 0, 1, 0]);
  });

  it("puts a single 1 at the label", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.nat(5), (labels, more) => {
        const classes = Math.max(...labels) + 1 + more;
        const y = toCategorical(tensor("uint8", [labels.length], labels), classes);
        expect(y.shape).toEqual([labels.length, classes]);
        for (const [i, label] of labels.entries()) {
          const row = [...y.data.subarray(i * classes, (i + 1) * classes)];
          expect(row.indexOf(1)).toBe(label);
          expect(row.filter((x) => x !== 0)).toEqual([1]);
        }
      }),
    );
  });

  it("drops a last dimension of 1 and keeps the others", () => {
    expect(toCategorical(tensor("int32", [2, 1], Int32Array.of(0, 1))).shape).toEqual([2, 2]);
    expect(toCategorical(tensor("int32", [2, 2], Int32Array.of(0, 1, 1, 0))).shape).toEqual([2, 2, 2]);
    expect(toCategorical(tensor("int32", [1], Int32Array.of(1))).shape).toEqual([1, 2]);
  });

  it("takes int64, cuts off fractions, and counts negative labels from the end, as Keras does", () => {
    expect([...toCategorical(tensor("int64", [2], BigInt64Array.of(1n, 0n))).data]).toEqual([0, 1, 1, 0]);
    expect([...toCategorical([1.9, 0.2]).data]).toEqual([0, 1, 1, 0]);
    expect([...toCategorical([-1], 3).data]).toEqual([0, 0, 1]);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "a label that is too large",
      () => toCategorical([0, 3], 3),
      /label 3 at index 1 does not fit 3 classes \(0 to 2\)/,
    ],
    ["a label that is too small", () => toCategorical([-4], 3), /label -4 at index 0/],
    ["what is no number", () => toCategorical([Number.NaN], 3), /label NaN at index 0/],
    ["no labels", () => toCategorical([]), /pass numClasses/],
    [
      "half a class",
      () => toCategorical([0], 1.5),
      /the number of classes must be a positive integer, but got 1\.5/,
    ],
    ["an absurd label", () => toCategorical([0, 1e12]), /too many values/],
    [
      "scaled labels",
      () => toCategorical(divide(tensor("uint8", [1], Uint8Array.of(1)), 255)),
      /divided by 255/,
    ],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});
