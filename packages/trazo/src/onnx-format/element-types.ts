import type { DType } from "../tensor.js";

/** ONNX's element types (TensorProto.DataType): name, and bytes each. */
const types: Readonly<Record<number, readonly [name: string, bytes: number]>> = {
  1: ["float32", 4],
  2: ["uint8", 1],
  3: ["int8", 1],
  4: ["uint16", 2],
  5: ["int16", 2],
  6: ["int32", 4],
  7: ["int64", 8],
  9: ["bool", 1],
  10: ["float16", 2],
  11: ["float64", 8],
  12: ["uint32", 4],
  13: ["uint64", 8],
};

/** Numbers of the types that tensors here have, and of others that are asked for by name. */
export const elementType = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
} as const satisfies Readonly<Record<DType, number>> & Readonly<Record<string, number>>;

/** Bytes of one element; undefined for types that are not supported (strings, complex and packed numbers). */
export const elementBytes = (type: number): number | undefined => types[type]?.[1];

export const elementName = (type: number): string => types[type]?.[0] ?? `number ${type}`;

export const isFloatType = (type: number): boolean =>
  type === elementType.float32 || type === elementType.float16 || type === elementType.float64;
