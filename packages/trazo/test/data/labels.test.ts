import { describe, expect, it } from "vitest";
import { argMax, labelEncoder, tensor, toCategorical } from "../../src/index.js";

describe("labelEncoder", () => {
  it("numbers names in Python's order and gives them back", () => {
    const encoder = labelEncoder(["dog", "Ａ", "cat", "🐦", "dog"]);
    expect(encoder.classes).toEqual(["cat", "dog", "Ａ", "🐦"]);
    expect(encoder.encode(["🐦", "cat"])).toEqual(tensor("int32", [2], [3, 0]));
    expect(encoder.decode(encoder.encode(["dog", "Ａ"]))).toEqual(["dog", "Ａ"]);
    expect(encoder.decode(tensor("int64", [1], [1]))).toEqual(["dog"]);
  });

  it("refuses what is no class", () => {
    const encoder = labelEncoder(["cat", "dog"]);
    expect(() => encoder.encode(["cat", "cow"])).toThrow('"cow" at index 1 is none of the classes cat, dog');
    expect(() => encoder.decode([2])).toThrow("2 at index 0 is not the number of a class (0 to 1)");
  });
});

describe("toCategorical on names", () => {
  it("has a column for each name, in order or as told", () => {
    expect(toCategorical(["dog", "cat", "dog"])).toEqual(tensor("float32", [3, 2], [0, 1, 1, 0, 0, 1]));
    expect(toCategorical(["dog"], ["dog", "cow", "cat"])).toEqual(tensor("float32", [1, 3], [1, 0, 0]));
    expect(() => toCategorical(["cow"], ["cat", "dog"])).toThrow(
      '"cow" at index 0 is none of the classes cat, dog',
    );
  });
});

describe("argMax", () => {
  it("works along any axis, as NumPy's", () => {
    const x = tensor("float32", [2, 3], [1, 5, 5, 7, Number.NaN, 9]);
    expect(argMax(x)).toEqual(tensor("int32", [2], [1, 1]));
    expect(argMax(x, 0)).toEqual(tensor("int32", [3], [1, 1, 1]));
    const bytes = tensor("uint8", [2, 2, 2], [1, 2, 3, 4, 9, 8, 7, 6]);
    expect(argMax(bytes, 1)).toEqual(tensor("int32", [2, 2], [1, 1, 0, 0]));
    expect(argMax(bytes, -3)).toEqual(tensor("int32", [2, 2], [1, 1, 1, 1]));
    expect(argMax(tensor("int64", [3], [3n, 7n, 2n]))).toEqual(tensor("int32", [], [1]));
  });

  it("refuses an axis that does not exist or is empty", () => {
    expect(() => argMax(tensor("float32", [2, 0], []))).toThrow(
      "axis -1 does not exist or is empty in the shape [2, 0]",
    );
    expect(() => argMax(tensor("float32", [2], [1, 2]), 1)).toThrow("axis 1 does not exist");
  });
});
