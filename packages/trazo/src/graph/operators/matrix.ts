import { TrazoError } from "../../errors.js";
import { gemm as gemmShape, matMul as matMulShape } from "../foreign/matrix.js";
import { inFiles, type Operator } from "../operator.js";
import { gemm, matMul, sumTo, toMatrix, transpose } from "../ops.js";
import { broadcastShapes, dimsEqual, formatShape, shapesEqual } from "../shape.js";
import type { Dim, Node, Shape, Value } from "../value.js";
import { requireEqualDtypes } from "./requirements.js";

function requireInner(op: string, a: Dim, b: Dim, shapes: readonly [Shape, Shape]): void {
  if (!dimsEqual(a, b)) {
    throw new TrazoError(
      `${op}: the inner dimensions of ${formatShape(shapes[0])} and ${formatShape(shapes[1])} differ.`,
    );
  }
}

function requireBias(bias: Value, product: Shape): void {
  const sum = broadcastShapes(product, bias.shape, "Gemm with a bias");
  if (shapesEqual(sum, product)) return;
  throw new TrazoError(
    `Gemm: a bias of ${formatShape(bias.shape)} does not fit a product of ${formatShape(product)}.`,
  );
}

const swapLast = (x: Value): Value => {
  const rank = x.shape.length;
  return transpose(x, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
};

/** y = op(A) op(B): each gradient is again one product, with the transpositions absorbed by Gemm. */
function gemmGradient(node: Node, [dy]: readonly (Value | undefined)[]): Value[] {
  const [a, b, bias] = node.inputs as [Value, Value, Value?];
  const d = dy as Value;
  const { transA, transB } = node.attributes as { transA: boolean; transB: boolean };
  const da = transA
    ? gemm(b, d, { transposeA: transB, transposeB: true })
    : gemm(d, b, { transposeB: !transB });
  const db = transB
    ? gemm(d, a, { transposeA: true, transposeB: transA })
    : gemm(a, d, { transposeA: !transA });
  return bias ? [da, db, sumTo(d, bias.shape)] : [da, db];
}

function matMulGradient(node: Node, [dy]: readonly (Value | undefined)[]): Value[] {
  const [a, b] = node.inputs as [Value, Value];
  const d = dy as Value;
  const da = sumTo(matMul(d, swapLast(b)), a.shape);
  // A matrix on the right of a stack: one large product instead of a sum over a stack of small ones.
  if (b.shape.length === 2) return [da, gemm(toMatrix(a), toMatrix(d), { transposeA: true })];
  return [da, sumTo(matMul(swapLast(a), d), b.shape)];
}

export const matrix: Record<string, Operator> = {
  Gemm: {
    ...inFiles(gemmShape, 2, 3),
    attributes: { transA: "int", transB: "int" },
    infer: ([a, b, bias], { transA, transB }) => {
      const [x, y] = [a as Value, b as Value];
      if (x.shape.length !== 2 || y.shape.length !== 2) {
        throw new TrazoError(
          `Gemm takes two matrices, but got ${formatShape(x.shape)} and ${formatShape(y.shape)}.`,
        );
      }
      const [rows, innerA] = (transA ? [...x.shape].reverse() : x.shape) as [Dim, Dim];
      const [innerB, columns] = (transB ? [...y.shape].reverse() : y.shape) as [Dim, Dim];
      requireInner("Gemm", innerA, innerB, [x.shape, y.shape]);
      requireEqualDtypes("Gemm", x, y);
      if (bias) requireBias(bias, [rows, columns]);
      return [{ dtype: x.dtype, shape: [rows, columns] }];
    },
    gradient: gemmGradient,
  },
  MatMul: {
    ...inFiles(matMulShape, 2),
    infer: ([a, b]) => {
      const [x, y] = [a as Value, b as Value];
      const [rows, innerA] = x.shape.slice(-2) as [Dim, Dim];
      const [innerB, columns] = y.shape.slice(-2) as [Dim, Dim];
      requireInner("MatMul", innerA, innerB, [x.shape, y.shape]);
      requireEqualDtypes("MatMul", x, y);
      const stack = broadcastShapes(x.shape.slice(0, -2), y.shape.slice(0, -2), "MatMul");
      return [{ dtype: x.dtype, shape: [...stack, rows, columns] }];
    },
    gradient: matMulGradient,
  },
};
