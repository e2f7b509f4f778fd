import { intOf } from "../onnx-format/attributes.js";
import { sizeOf, type Tensor } from "../tensor.js";
import {
  type Compute,
  numbersOf,
  placesOf,
  repeatingStrides,
  required,
  stridesOf,
  zeros,
} from "./operator.js";

/** A matrix inside an array of numbers. */
interface Matrix {
  readonly values: ArrayLike<number>;
  readonly start: number;
  /** From row to row, and from column to column. */
  readonly steps: readonly [number, number];
}

function multiply(a: Matrix, b: Matrix, m: number, n: number, k: number, y: Float32Array, at: number): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) {
        sum +=
          (a.values[a.start + i * a.steps[0] + l * a.steps[1]] as number) *
          (b.values[b.start + l * b.steps[0] + j * b.steps[1]] as number);
      }
      y[at + i * n + j] = sum;
    }
  }
}

export const matrix: Readonly<Record<string, Compute>> = {
  MatMul(operands) {
    const [a, b] = [required(operands, 0), required(operands, 1)];
    const [m, k] = a.shape.slice(-2) as [number, number];
    const n = b.shape.at(-1) as number;
    const stack = broadcastStacks(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const y = zeros(a.dtype, [...stack, m, n]);
    const startsOf = ({ shape }: Tensor): Int32Array => {
      const own = shape.slice(0, -2);
      const size = (shape.at(-2) as number) * (shape.at(-1) as number);
      return placesOf(
        stack,
        repeatingStrides(own, stack).map((stride) => stride * size),
      );
    };
    const [startsA, startsB] = [startsOf(a), startsOf(b)];
    for (let s = 0; s < sizeOf(stack); s++) {
      multiply(
        { values: numbersOf(a), start: startsA[s] as number, steps: [k, 1] },
        { values: numbersOf(b), start: startsB[s] as number, steps: [n, 1] },
        m,
        n,
        k,
        y.data as Float32Array,
        s * m * n,
      );
    }
    return [y];
  },
  Gemm(operands) {
    const [a, b, c] = [required(operands, 0), required(operands, 1), operands.inputs[2]];
    const stepsOf = ({ shape }: Tensor, transposed: boolean): [number, number] => {
      const [row, column] = stridesOf(shape) as [number, number];
      return transposed ? [column, row] : [row, column];
    };
    const [transA, transB] = ["transA", "transB"].map((name) => intOf(operands.node, name) === 1) as [
      boolean,
      boolean,
    ];
    const [m, k] = (transA ? [...a.shape].reverse() : a.shape) as [number, number];
    const n = b.shape[transB ? 0 : 1] as number;
    const y = zeros(a.dtype, [m, n]);
    multiply(
      { values: numbersOf(a), start: 0, steps: stepsOf(a, transA) },
      { values: numbersOf(b), start: 0, steps: stepsOf(b, transB) },
      m,
      n,
      k,
      y.data as Float32Array,
      0,
    );
    if (c) {
      const [values, result] = [numbersOf(c), y.data as Float32Array];
      const places = placesOf([m, n], repeatingStrides(c.shape, [m, n]));
      for (let i = 0; i < result.length; i++) {
        result[i] = (result[i] as number) + (values[places[i] as number] as number);
      }
    }
    return [y];
  },
};

function broadcastStacks(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [first, second] = [a, b].map((shape) => shape[axis - rank + shape.length] ?? 1);
    return first === 1 ? (second as number) : (first as number);
  });
}
