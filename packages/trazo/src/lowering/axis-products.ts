import { gemm, matMul, reshape } from "../graph/ops.js";
import { multiplyDims } from "../graph/shape.js";
import type { Dim, Value } from "../graph/value.js";
import { tensor } from "../tensor.js";

/** Row by row. */
export type Matrix = readonly (readonly number[])[];

type Stack = readonly [height: number, width: number, values: Dim];

/** `[height, width, values]` with each column of pixels times a constant matrix: `[matrix rows, width, values]`. */
export function multiplyDown(matrix: Matrix, image: Value): Value {
  const [height, width, values] = image.shape as Stack;
  const row = multiplyDims(values, width);
  const product = gemm(constant(image, matrix), reshape(image, [height, row]));
  return reshape(product, [matrix.length, width, values]);
}

/** `[height, width, values]` with each row of pixels times a constant matrix: `[height, matrix rows, values]`. */
export const multiplyAcross = (matrix: Matrix, image: Value): Value => matMul(constant(image, matrix), image);

function constant({ graph }: Value, matrix: Matrix): Value {
  const shape = [matrix.length, (matrix[0] as readonly number[]).length];
  return graph.constant(tensor("float32", shape, Float32Array.from(matrix.flat())));
}
