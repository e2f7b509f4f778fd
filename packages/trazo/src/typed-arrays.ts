/** Element types that cross the border between TypeScript and a graph. */
export type DType = "float32" | "float64" | "int32" | "int64" | "uint8" | "bool";

/** The array that holds each element type; a bool is a byte of 0 or 1. */
export interface TypedArrayOf {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

/** The kind of array that holds each element type. */
export const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** An array of zeros for values of a type. */
export const newArray = <D extends DType>(dtype: D, length: number): TypedArrayOf[D] =>
  new arrays[dtype](length) as TypedArrayOf[D];

/**
 * Number of elements of a shape; 1 for a scalar.
 *
 * @example
 * ```ts
 * sizeOf([2, 3]); // 6
 * ```
 */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
