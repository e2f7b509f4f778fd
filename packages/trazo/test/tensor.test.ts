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

  const cases: readonly (readonly [string, unknown, unknown, unknown, RegExp])[] = [
    ["a plain list", "float32", [2], [1, 2], /^A float32 tensor holds a Float32Array, but got a list of 2/],
    ["no values", "float32", [2], undefined, /^A float32 tensor holds .* but got nothing/],
    [
      "an array of another type",
      "uint8",
      [2],
      new Float32Array(2),
      /holds a Uint8Array, but got a Float32Array/,
    ],
    [
      "negative sizes",
      "float32",
      [-2, -2],
      new Float32Array(4),
      /whole numbers from 0 up, but got \[-2, -2\]/,
    ],
    ["a size that is not whole", "float32", [0.5, 4], new Float32Array(2), /but got \[0.5, 4\]/],
    ["a shape that is none", "float32", 4, new Float32Array(4), /^A tensor's shape is a list .* but got 4/],
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
