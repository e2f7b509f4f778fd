import { intOf } from "../../onnx-format/attributes.js";
import { elementType } from "../../onnx-format/element-types.js";
import {
  broadcast,
  fail,
  type Given,
  input,
  type Known,
  one,
  type Result,
  type ShapeRule,
  shapeText,
} from "../../onnx-format/shape-rule.js";
import { sizeOf } from "../../tensor.js";
import { inFiles, type Operator } from "../operator.js";

/** Over the last two axes; the others broadcast. Vectors count as a row before, a column behind. */
function product({ node }: Given, a: Known, b: Known, type: number): Result {
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const inner = left.at(-1);
  if (left.length < 2 || right.length < 2 || inner !== right.at(-2)) {
    fail(node, `${shapeText(a.shape)} and ${shapeText(b.shape)} cannot be multiplied.`);
  }
  const outer = broadcast(node, left.slice(0, -2), right.slice(0, -2));
  const rows = a.shape.length === 1 ? [] : [left.at(-2) as number];
  const columns = b.shape.length === 1 ? [] : [right.at(-1) as number];
  const shape = [...outer, ...rows, ...columns];
  return one({ type, shape }, sizeOf(shape) * (inner as number));
}

export const gemm: ShapeRule = (given) => {
  const { node } = given;
  const [a, b] = [input(given, 0), input(given, 1)];
  const turned = ({ shape }: Known, name: string): readonly number[] =>
    (intOf(node, name) ?? 0) === 0 ? shape : [...shape].reverse();
  const [left, right] = [turned(a, "transA"), turned(b, "transB")];
  if (left.length !== 2 || right.length !== 2 || left[1] !== right[0]) {
    fail(node, `${shapeText(a.shape)} and ${shapeText(b.shape)} cannot be multiplied.`);
  }
  const shape = [left[0] as number, right[1] as number];
  const bias = given.inputs[2];
  if (bias && shapeText(broadcast(node, bias.shape, shape)) !== shapeText(shape)) {
    fail(node, `a bias ${shapeText(bias.shape)} does not fit ${shapeText(shape)}.`);
  }
  return one({ type: a.type, shape }, sizeOf(shape) * (left[1] as number));
};

export const matMul: ShapeRule = (given) =>
  product(given, input(given, 0), input(given, 1), input(given, 0).type);

/** Products of integers, which only files have. */
export const matrixInFiles: Readonly<Record<string, Operator>> = {
  MatMulInteger: inFiles(
    (given) => product(given, input(given, 0), input(given, 1), elementType.int32),
    2,
    4,
  ),
  QLinearMatMul: inFiles(
    (given) => product(given, input(given, 0), input(given, 3), input(given, 7).type),
    8,
  ),
};
