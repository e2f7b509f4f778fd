import { displayed } from "./display/displayed.js";
import { inWords, TrazoError } from "./errors.js";
import { arrays, type DType, sizeOf, type TypedArrayOf } from "./typed-arrays.js";

export { arrays, type DType, newArray, sizeOf, type TypedArrayOf } from "./typed-arrays.js";

/**
 * A dense row-major array of known shape.
 *
 * `divisor` lets images stay bytes: the values that a tensor stands for are `data / divisor`
 * (1 when absent). The division happens inside the graph, so 60,000 MNIST images cost 47 MB
 * instead of 188 MB.
 */
export interface Tensor<D extends DType = DType> {
  /** The type of the stored values. */
  readonly dtype: D;
  /** The length of every axis; empty for a scalar. */
  readonly shape: readonly number[];
  /** The stored values, row-major, as many as the shape's product. */
  readonly data: TypedArrayOf[D];
  /** What the stored values are divided by, see `divide`. Default 1. */
  readonly divisor?: number;
}

type Nested<T> = readonly (T | Nested<T>)[];

/** What `tensor` takes: the typed array of the dtype, or numbers in arrays, flat or nested as the shape is. */
export type TensorValues<D extends DType = DType> =
  | TypedArrayOf[D]
  | (D extends "uint8" | "bool" ? Uint8ClampedArray : never)
  | Nested<number | boolean | bigint>;

const arrayNames: Readonly<Record<DType, string>> = {
  float32: "Float32Array",
  float64: "Float64Array",
  int32: "Int32Array",
  int64: "BigInt64Array",
  uint8: "Uint8Array",
  bool: "Uint8Array",
};

/** @throws TrazoError naming the place for an element type that does not exist */
export function requireDType(dtype: unknown, what: string): void {
  if (Object.hasOwn(arrayNames, String(dtype))) return;
  throw new TrazoError(
    `${what} must be one of ${Object.keys(arrayNames).join(", ")}, but is ${inWords(dtype)}.`,
  );
}

/**
 * For values from outside, which may be anything.
 *
 * @param what names the value in the error
 * @throws TrazoError when it is not a tensor
 */
export function requireTensor(value: unknown, what: string): asserts value is Tensor {
  const { dtype, shape, data } = (value ?? {}) as Partial<Tensor>;
  if (dtype !== undefined && Array.isArray(shape) && ArrayBuffer.isView(data)) return;
  throw new TrazoError(
    `${what} must be a tensor, e.g. from tensor("float32", [2, 1], Float32Array.of(1, 2)), but got ${inWords(value)}.`,
  );
}

/**
 * Wraps typed data as a tensor.
 *
 * @param shape non-negative integers; empty for a scalar
 * @param values row-major: a typed array of the dtype (for bytes a `Uint8ClampedArray` too), which is not copied; or numbers in
 *   arrays, flat or nested as the shape is
 * @throws TrazoError for an unknown dtype, a shape that is none, an array of another type, and when the data's length is not
 *   the product of the shape
 * @example
 * ```ts
 * const points = tensor("float32", [2, 3], [[1, 2, 3], [4, 5, 6]]);
 * const pixels = tensor("uint8", [1, 28, 28, 1], new Uint8Array(784));
 * ```
 */
export function tensor<D extends DType>(
  dtype: D,
  shape: readonly number[],
  values: TensorValues<D>,
): Tensor<D> {
  requireDType(dtype, "A tensor's dtype");
  if (!Array.isArray(shape) || !shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) {
    const given = Array.isArray(shape) ? `[${shape.join(", ")}]` : inWords(shape);
    throw new TrazoError(`A tensor's shape must be a list of non-negative integers, but got ${given}.`);
  }
  const data = typedData(dtype, shape, values);
  const size = sizeOf(shape);
  if (data.length !== size) {
    throw new TrazoError(
      `A ${dtype} tensor of shape [${shape.join(", ")}] needs ${size} values, but ${data.length} were given.`,
    );
  }
  return shownAsTensor({ dtype, shape, data });
}

/** Notebooks show a tensor of images as a sheet, and others as their first values. */
export const shownAsTensor = <D extends DType>(x: Tensor<D>): Tensor<D> =>
  displayed(x, async (shown) => (await import("./display/tensor-display.js")).tensorBundle(shown));

function typedData<D extends DType>(
  dtype: D,
  shape: readonly number[],
  values: TensorValues<D>,
): TypedArrayOf[D] {
  const given: unknown = values;
  if (Array.isArray(given)) return fromNested(dtype, shape, given);
  // Pixels of a canvas: bytes all the same.
  if (given instanceof Uint8ClampedArray && arrayNames[dtype] === "Uint8Array") {
    return new Uint8Array(given.buffer, given.byteOffset, given.length) as unknown as TypedArrayOf[D];
  }
  if ((given as TypedArrayOf[D] | undefined)?.[Symbol.toStringTag] === arrayNames[dtype])
    return given as TypedArrayOf[D];
  throw new TrazoError(
    `A ${dtype} tensor holds a ${arrayNames[dtype]}, but got ${inWords(given)}: make one, e.g. with ` +
      `${arrayNames[dtype]}.from(values).`,
  );
}

/** The values of arrays in arrays, whose lengths have to be the shape's; or of one flat array. */
function fromNested<D extends DType>(
  dtype: D,
  shape: readonly number[],
  values: readonly unknown[],
): TypedArrayOf[D] {
  if (!values.some((value) => Array.isArray(value))) return convert(dtype, values);
  const flat: unknown[] = [];
  const walk = (part: unknown, axis: number): void => {
    if (axis === shape.length) return void flat.push(part);
    if (!Array.isArray(part) || part.length !== shape[axis]) {
      throw new TrazoError(
        `A ${dtype} tensor of shape [${shape.join(", ")}] needs ${shape[axis]} values along axis ${axis}, but got ${inWords(part)}.`,
      );
    }
    for (const value of part) walk(value, axis + 1);
  };
  walk(values, 0);
  return convert(dtype, flat);
}

function convert<D extends DType>(dtype: D, values: readonly unknown[]): TypedArrayOf[D] {
  const data = new arrays[dtype](values.length) as TypedArrayOf[D];
  for (const [i, value] of values.entries()) {
    const number = typeof value === "boolean" ? Number(value) : value;
    const kept = dtype === "int64" && Number.isSafeInteger(number) ? BigInt(number as number) : number;
    if (typeof kept !== (dtype === "int64" ? "bigint" : "number")) {
      throw new TrazoError(`A ${dtype} tensor cannot hold value ${i}, ${inWords(value)}.`);
    }
    data[i] = kept as never;
    const isExact = Number(data[i]) === Number(kept);
    if (!isExact && !dtype.startsWith("float")) {
      throw new TrazoError(`A ${dtype} tensor cannot hold value ${i}, ${inWords(value)}.`);
    }
  }
  return data;
}

/**
 * The same tensor with every value divided by `divisor` (e.g. 255 for pixels), without touching
 * the stored bytes.
 *
 * @example
 * ```ts
 * const scaled = divide(tensor("uint8", [2], [0, 255]), 255); // stands for 0 and 1
 * ```
 */
export function divide<D extends DType>(x: Tensor<D>, divisor: number): Tensor<D> {
  requireTensor(x, "divide: what is divided");
  if (!(divisor > 0 && Number.isFinite(divisor))) {
    throw new TrazoError(`divide needs a positive finite divisor, but got ${inWords(divisor)}.`);
  }
  return shownAsTensor({ ...x, divisor: (x.divisor ?? 1) * divisor });
}

/** Number of values that one sample (one index of the first axis) holds. */
export function sampleSize(x: Tensor): number {
  return sizeOf(x.shape.slice(1));
}

/**
 * The rows `start` (inclusive) to `end` (exclusive) of the first axis, sharing memory with `x`. Places are those of JavaScript's `slice`: negative
 * ones count from the end, and rows beyond the last are left out.
 *
 * @throws TrazoError when `x` is not a tensor of at least one axis, or a place is not an integer
 * @example
 * ```ts
 * const firstHundred = sliceRows(xTrain, 0, 100);
 * ```
 */
export function sliceRows<D extends DType>(x: Tensor<D>, start: number, end: number): Tensor<D> {
  const rows = countRows(x, "sliceRows");
  const [from, to] = [start, end].map((place) => {
    if (!Number.isInteger(place)) {
      throw new TrazoError(`sliceRows needs integers for start and end, but got ${inWords(place)}.`);
    }
    return Math.min(rows, Math.max(0, place < 0 ? rows + place : place));
  }) as [number, number];
  const size = sampleSize(x);
  const data = x.data.subarray(from * size, to * size) as TypedArrayOf[D];
  return shownAsTensor({ ...x, shape: [Math.max(0, to - from), ...x.shape.slice(1)], data });
}

function countRows(x: Tensor, what: string): number {
  requireTensor(x, `${what}: what rows are taken from`);
  const [rows] = x.shape;
  if (rows === undefined) throw new TrazoError(`${what}: a scalar has no rows.`);
  return rows;
}

/**
 * Copies the rows at `indices` of the first axis, in that order.
 *
 * @throws TrazoError when `x` is not a tensor of at least one axis, or has no row at an index
 * @example
 * ```ts
 * const two = takeRows(xTrain, [5, 3]);
 * ```
 */
export function takeRows<D extends DType>(x: Tensor<D>, indices: ArrayLike<number>): Tensor<D> {
  const rows = countRows(x, "takeRows");
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i] as number;
    if (Number.isInteger(row) && row >= 0 && row < rows) continue;
    throw new TrazoError(`takeRows: there is no row ${row}: the tensor has rows 0 to ${rows - 1}.`);
  }
  const size = sampleSize(x);
  const Data = x.data.constructor as new (length: number) => TypedArrayOf[D];
  const data = new Data(indices.length * size);
  copyRows(x, indices, 0, indices.length, data);
  return shownAsTensor({ ...x, shape: [indices.length, ...x.shape.slice(1)], data });
}

/** Copies rows `indices[from..to)` of `x` one after another into `target`. */
export function copyRows<D extends DType>(
  x: Tensor<D>,
  indices: ArrayLike<number>,
  from: number,
  to: number,
  target: TypedArrayOf[D],
): void {
  const size = sampleSize(x);
  const source = x.data as Uint8Array;
  const into = target as Uint8Array;
  for (let i = from; i < to; i++) {
    const row = indices[i] as number;
    into.set(source.subarray(row * size, (row + 1) * size), (i - from) * size);
  }
}
