import { inWords, TrazoError } from "../../errors.js";
import { type DType, requireDType, type Tensor, type TypedArrayOf } from "../../tensor.js";
import type { DatasetRecipe } from "./recipe.js";

/** What one sample is, or its target. */
export interface SampleType<D extends DType = DType> {
  readonly dtype: D;
  /** Without the batch, e.g. `[96, 96, 3]`; empty for a single number. */
  readonly shape: readonly number[];
  /** What the stored values are divided by in the graph, e.g. 255 for bytes of pixels. Default 1. */
  readonly divisor?: number | undefined;
}

/** Where a batch goes: arrays of exactly its samples, one after the other. */
export interface BatchTarget<X extends DType = DType, Y extends DType = DType> {
  readonly x: TypedArrayOf[X];
  /** Undefined where the targets are not wanted, or there are none. */
  readonly y: TypedArrayOf[Y] | undefined;
  /** One factor per sample on its loss. Filled with 1: most datasets leave it alone. */
  readonly sampleWeight: Float32Array;
  /** For the dataset's `others`, by their names. */
  readonly others?: Readonly<Record<string, TypedArrayOf[DType]>> | undefined;
}

/** What else a read depends on. */
export interface ReadContext {
  /** Whatever is drawn follows from it: an integer from 0 to 2³²−1, another one for every batch. */
  readonly seed: number;
}

/**
 * Samples that are read as they are needed: pictures in a folder, rows of a database, what a program draws. `fit`, `evaluate` and
 * `predict` take any object with these members; `fit` decides which samples make a batch.
 *
 * @example
 * ```ts
 * import type { Dataset } from "trazo";
 *
 * const parity: Dataset<"float32", "float32"> = {
 *   length: 1000,
 *   x: { dtype: "float32", shape: [10] },
 *   y: { dtype: "float32", shape: [1] },
 *   read(indices, { x, y }) {
 *     for (const [row, index] of indices.entries()) {
 *       for (let bit = 0; bit < 10; bit++) x[10 * row + bit] = (index >> bit) & 1;
 *       if (y) y[row] = index % 2;
 *     }
 *   },
 * };
 * await model.fit(parity, { batchSize: 50, epochs: 3 });
 * ```
 */
export interface Dataset<X extends DType = DType, Y extends DType = DType> {
  /** The number of samples. */
  readonly length: number;
  readonly x: SampleType<X>;
  /** Absent where there are no targets, which is enough for `predict`. */
  readonly y?: SampleType<Y> | undefined;
  /** For models of several inputs or outputs: those after the first, by their names in the model. Default none. */
  readonly others?: Readonly<Record<string, SampleType>> | undefined;
  /**
   * Writes the samples `indices` into the arrays. The same arguments must give the same values, since training continues from a saved
   * state by reading again; and the next batches may be asked for before this one is complete.
   */
  read(indices: Int32Array, into: BatchTarget<X, Y>, context: ReadContext): void | Promise<void>;
  /** Tells this data from others when a training resumes. Default: by length and types only. */
  fingerprint?(): string;
  /** How another thread makes the same data; what `inWorkers` needs. Set by what the library makes. */
  readonly recipe?: DatasetRecipe | undefined;
}

/** Whether a value is meant as a dataset. */
export function isDataset(value: unknown): value is Dataset {
  return typeof value === "object" && value !== null && typeof (value as Dataset).read === "function";
}

/**
 * For datasets from outside.
 *
 * @throws TrazoError naming the member that is wrong
 */
export function requireDataset(dataset: Dataset, what: string): void {
  if (!Number.isInteger(dataset.length) || dataset.length < 1) {
    throw new TrazoError(
      `${what}: the dataset's length must be a positive integer, but is ${inWords(dataset.length)}.`,
    );
  }
  requireType(dataset.x, `${what}: the dataset's x`);
  if (dataset.y !== undefined) requireType(dataset.y, `${what}: the dataset's y`);
  for (const [name, type] of Object.entries(dataset.others ?? {})) {
    requireType(type, `${what}: the dataset's "${name}"`);
  }
}

function requireType(type: SampleType | undefined, what: string): void {
  if (typeof type !== "object" || type === null || !Array.isArray(type.shape)) {
    throw new TrazoError(
      `${what} must say the type of a sample, e.g. { dtype: "uint8", shape: [96, 96, 3] }, but is ${inWords(type)}.`,
    );
  }
  requireDType(type.dtype, `${what}.dtype`);
  if (!type.shape.every((dim) => Number.isInteger(dim) && dim > 0)) {
    throw new TrazoError(`${what}.shape must hold positive integers, but is [${type.shape.join(", ")}].`);
  }
}

/** The type of the rows of a tensor. */
export function rowType<D extends DType>({ dtype, shape, divisor }: Tensor<D>): SampleType<D> {
  return { dtype, shape: shape.slice(1), divisor };
}

/** A tensor of rows of a type. */
export function rowsOf<D extends DType>(
  { dtype, shape, divisor }: SampleType<D>,
  count: number,
  data: TypedArrayOf[D],
): Tensor<D> {
  return { dtype, shape: [count, ...shape], data, ...(divisor !== undefined && { divisor }) };
}
