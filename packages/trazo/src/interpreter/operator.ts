import type { NodeProto } from "onnx-buf";
import { TrazoError } from "../errors.js";
import { nodeText } from "../onnx-format/attributes.js";
import { arrays, type DType, sizeOf, type Tensor } from "../tensor.js";

/** What a node has been given. Inputs that are left out are undefined. */
export interface Operands {
  readonly node: NodeProto;
  readonly inputs: readonly (Tensor | undefined)[];
}

/** Computes a node's outputs. They may share memory with its inputs. */
export type Compute = (operands: Operands) => readonly Tensor[];

/** A tensor of zeros. */
export const zeros = <D extends DType>(dtype: D, shape: readonly number[]): Tensor<D> =>
  ({ dtype, shape, data: new arrays[dtype](sizeOf(shape)) }) as Tensor<D>;

/** A tensor of numbers, converted to the type. */
export function filled(dtype: DType, shape: readonly number[], value: (i: number) => number): Tensor {
  const made = zeros(dtype, shape);
  const { data } = made;
  if (data instanceof BigInt64Array) for (let i = 0; i < data.length; i++) data[i] = BigInt(value(i));
  else for (let i = 0; i < data.length; i++) data[i] = value(i);
  return made;
}

/** The values as numbers, whatever their type. */
export const numbersOf = ({ data }: Tensor): ArrayLike<number> =>
  data instanceof BigInt64Array ? Float64Array.from(data, Number) : data;

/** @throws TrazoError when it is left out */
export function required({ node, inputs }: Operands, i: number): Tensor {
  const input = inputs[i];
  if (!input) throw new TrazoError(`${nodeText(node)}: input ${i + 1} is missing.`);
  return input;
}

/** An axis that may be counted from the end. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** From one element to the next along each axis. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  }
  return strides;
}

/**
 * For each element of `shape` in order, where another array has its element.
 *
 * @param strides of the other array for each axis, 0 where it repeats
 */
export function placesOf(shape: readonly number[], strides: readonly number[], start = 0): Int32Array {
  const places = new Int32Array(sizeOf(shape)).fill(start);
  let inner = places.length;
  for (const [axis, size] of shape.entries()) {
    inner /= Math.max(1, size);
    const stride = strides[axis] as number;
    if (stride === 0) continue;
    for (let i = 0; i < places.length; i++) {
      places[i] = (places[i] as number) + stride * (Math.floor(i / inner) % size);
    }
  }
  return places;
}

/** Strides of an array that is repeated to a larger shape. */
export function repeatingStrides(shape: readonly number[], target: readonly number[]): number[] {
  const strides = stridesOf(shape);
  const missing = target.length - shape.length;
  return target.map((_, axis) => {
    const own = axis - missing;
    return own < 0 || shape[own] === 1 ? 0 : (strides[own] as number);
  });
}

/** The elements at given places. */
export function pick(x: Tensor, shape: readonly number[], places: Int32Array): Tensor {
  const made = zeros(x.dtype, shape);
  const [from, to] = [x.data, made.data] as [Float32Array, Float32Array];
  for (let i = 0; i < to.length; i++) to[i] = from[places[i] as number] as number;
  return made;
}
