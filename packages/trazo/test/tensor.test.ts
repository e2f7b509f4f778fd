import { describe, expect, it } from "vitest";
import { type DType, TrazoError, type TypedArrayOf, tensor } from "../src/index.js";

describe("tensor", () => {
  it.each([
    ["float32", Float32Array],
    ["float64", Float64Array],
    ["int32", Int32Array],
    ["int64", BigInt64Array],
    ["uint8", Uint8Array],
    ["bool", Uint8Array],
  ] as const)("wraps %s values without copying them", (dtype, Data) => {
    const data = new Data(6);
    expect(tensor(dtype, [2, 3], data as TypedArrayOf[typeof dtype]).data).toBe(data);
    expect(tensor(dtype, [0, 3], new Data(0) as TypedArrayOf[typeof dtype]).shape).toEqual([0, 3]);
    expect(tensor(dtype, [], new Data(1) as TypedArrayOf[typeof dtype]).shape).toEqual([]);
  });

  it("takes the bytes of a file as they are", () => {
    expect(tensor("uint8", [2], Buffer.from([1, 2])).data[1]).toBe(2);
  });

  it("takes the pixels of a canvas, without copying them", () => {
    const pixels = new Uint8ClampedArray([0, 255, 7]);
    const { data } = tensor("uint8", [3], pixels);
    expect([...data]).toEqual([0, 255, 7]);
    expect(data.buffer).toBe(pixels.buffer);
  });

  it("takes numbers in arrays, flat or nested as the shape is", () => {
    const nested = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect(tensor("float32", [2, 3], nested).data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(tensor("int64", [2, 3], nested.flat()).data).toEqual(BigInt64Array.of(1n, 2n, 3n, 4n, 5n, 6n));
    expect(tensor("bool", [2], [true, false]).data).toEqual(Uint8Array.of(1, 0));
    expect(tensor("float32", [], [0.5]).data).toEqual(Float32Array.of(0.5));
    expect(tensor("float32", [0, 3], []).data).toHaveLength(0);
  });

  const cases: readonly (readonly [string, unknown, unknown, unknown, RegExp])[] = [
    ["a list of another length", "float32", [3], [1, 2], /shape \[3\] needs 3 values, but 2 were given/],
    [
      "a list of other lengths",
      "float32",
      [2, 2],
      [[1, 2], [3]],
      /needs 2 values along axis 1, but got a list of 1/,
    ],
    [
      "a list that is nested too little",
      "float32",
      [1, 1, 1],
      [[1]],
      /2 values|axis 2|needs 1 values along axis 2/,
    ],
    ["what is no number", "float32", [2], [1, "2"], /float32 tensor cannot hold value 1, "2"/],
    ["a byte that is none", "uint8", [2], [1, 256], /uint8 tensor cannot hold value 1, 256/],
    ["a whole number that is none", "int32", [1], [0.5], /int32 tensor cannot hold value 0, 0.5/],
    ["no values", "float32", [2], undefined, /^A float32 tensor holds .* but got nothing/],
    [
      "an array of another type",
      "uint8",
      [2],
      new Float32Array(2),
      /holds a Uint8Array, but got a Float32Array/,
    ],
    ["negative sizes", "float32", [-2, -2], new Float32Array(4), /non-negative integers, but got \[-2, -2\]/],
    ["a size that is not whole", "float32", [0.5, 4], new Float32Array(2), /but got \[0.5, 4\]/],
    [
      "a shape that is none",
      "float32",
      4,
      new Float32Array(4),
      /^A tensor's shape must be a list .* but got 4/,
    ],
    [
      "an unknown dtype",
      "float16",
      [2],
      new Float32Array(2),
      /^A tensor's dtype must be one of float32, .* "float16"/,
    ],
    [
      "too few values",
      "float32",
      [2, 2],
      new Float32Array(3),
      /shape \[2, 2\] needs 4 values, but 3 were given/,
    ],
  ];
  it.each(cases)("refuses %s", (_, dtype, shape, data, message) => {
    const attempt = () => tensor(dtype as DType, shape as number[], data as Float32Array);
    expect(attempt).toThrow(TrazoError);
    expect(attempt).toThrow(message);
  });
});
