import { TrazoError } from "../errors.js";
import type { Hdf5Dataset } from "./hdf5-group.js";

/** A stored array under the name that it has in its file. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** What a file holds of an optimizer's state. */
export interface StoredOptimizer {
  readonly iterations: number;
  /** Keras 3 stores the rate in force, unless a schedule decides it. */
  readonly learningRate: number | undefined;
  /** In the file's order. */
  readonly slots: readonly NamedTensor[];
  /** Whether the two moments of Adam come one after the other for all variables, not variable by variable. */
  readonly momentsApart: boolean;
  /** Whether the slots of convolution kernels are turned around, as Theano has them. Default false. */
  readonly convolves?: boolean | undefined;
}

export const readTensor = (name: string, dataset: Hdf5Dataset): NamedTensor => ({
  name,
  shape: dataset.shape,
  data: dataset.read(),
});

/** The count of steps that a file gives. @throws TrazoError when it is none */
export function stepCount({ name, shape, data }: NamedTensor, file: string): number {
  const count = Number(data[0]);
  if (shape.length === 0 && Number.isSafeInteger(count) && count >= 0) return count;
  throw new TrazoError(`${file}: "${name}" must be a count of steps, but is ${count}.`);
}

/** @throws TrazoError unless the stored array is a weight of that shape */
export function requireShape(
  { name, shape, data }: NamedTensor,
  wanted: readonly number[],
  file: string,
): Float32Array {
  const fits = shape.length === wanted.length && shape.every((dim, axis) => dim === wanted[axis]);
  // Keras has a few weights that are integers, such as the count of its Normalization.
  if (fits) return data instanceof Float32Array ? data : Float32Array.from(data, Number);
  throw new TrazoError(
    `${file}: "${name}" has shape [${shape.join(", ")}], but the model needs [${wanted.join(", ")}]. ` +
      "Its weights are those of another model.",
  );
}
