import type { NodeProto } from "onnx-buf";
import { intsOf } from "../onnx-format/attributes.js";
import { isFloat } from "../onnx-format/stored-tensor.js";
import { sizeOf, type Tensor, tensor } from "../tensor.js";

type Floats = Tensor<"float32">;

const pairwise: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
};

/** What a node makes of constants, in float32 throughout; undefined for operators that are not worth knowing here. */
export function foldNode(node: NodeProto, inputs: readonly (Tensor | undefined)[]): Floats | undefined {
  const [a, b] = inputs;
  if (!isFloat(a)) return undefined;
  if (node.opType === "Sqrt") return tensor("float32", a.shape, a.data.map(Math.sqrt));
  if (node.opType === "Transpose")
    return transposed(a, intsOf(node, "perm") ?? a.shape.map((_, i) => -1 - i));
  if (node.opType === "Reshape" && b?.dtype === "int64") return reshaped(a, Array.from(b.data, Number));
  const rule = pairwise[node.opType];
  return rule && isFloat(b) ? broadcast(a, b, rule) : undefined;
}

function reshaped(a: Floats, shape: readonly number[]): Floats | undefined {
  if (shape.some((dim) => dim < 1) || sizeOf(shape) !== a.data.length) return undefined;
  return tensor("float32", shape, a.data);
}

function transposed(a: Floats, axes: readonly number[]): Floats {
  const perm = axes.map((axis) => (axis + a.shape.length) % a.shape.length);
  const shape = perm.map((axis) => a.shape[axis] as number);
  const steps = stepsOf(a.shape);
  const read = reader(
    shape,
    perm.map((axis) => steps[axis] as number),
  );
  return tensor(
    "float32",
    shape,
    Float32Array.from(a.data, (_, i) => a.data[read(i)] as number),
  );
}

function broadcast(a: Floats, b: Floats, rule: (a: number, b: number) => number): Floats {
  const rank = Math.max(a.shape.length, b.shape.length);
  const padded = (shape: readonly number[]): number[] => [
    ...new Array<number>(rank - shape.length).fill(1),
    ...shape,
  ];
  const [shapeA, shapeB] = [padded(a.shape), padded(b.shape)];
  const shape = shapeA.map((dim, i) => Math.max(dim, shapeB[i] as number));
  const stretched = (own: readonly number[]): number[] =>
    stepsOf(own).map((step, i) => (own[i] === 1 ? 0 : step));
  const [fromA, fromB] = [reader(shape, stretched(shapeA)), reader(shape, stretched(shapeB))];
  const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) =>
    rule(a.data[fromA(i)] as number, b.data[fromB(i)] as number),
  );
  return tensor("float32", shape, data);
}

/** How far apart neighbors along each axis lie. */
function stepsOf(shape: readonly number[]): number[] {
  return shape.map((_, i) => sizeOf(shape.slice(i + 1)));
}

/** From an index in a row-major array of that shape to the index that other steps lead to. */
function reader(shape: readonly number[], steps: readonly number[]): (index: number) => number {
  const own = stepsOf(shape);
  return (index) =>
    own.reduce(
      (sum, step, i) => sum + (Math.floor(index / step) % (shape[i] as number)) * (steps[i] as number),
      0,
    );
}
