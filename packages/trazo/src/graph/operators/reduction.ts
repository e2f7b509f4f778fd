import { argument, reduction as reductionShape } from "../foreign/reduction.js";
import { inFiles, type Operator } from "../operator.js";
import { countOf, div, expandLike, reshape } from "../ops.js";
import type { Dim, Node, Shape, Value } from "../value.js";

function reducedShape(x: Value, axes: readonly number[], keepDims: boolean): Shape {
  return keepDims
    ? x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
    : x.shape.filter((_, axis) => !axes.includes(axis));
}

const axesOf = (node: Node): readonly number[] => node.attributes.axes as readonly number[];

/** A value of the reduced shape, with the reduced axes back as size 1. */
function withReducedAxes(value: Value, node: Node): Value {
  const x = node.inputs[0] as Value;
  return reshape(value, reducedShape(x, axesOf(node), true));
}

const infer: NonNullable<Operator["infer"]> = ([x], { axes, keepdims }) => [
  {
    dtype: (x as Value).dtype,
    shape: reducedShape(x as Value, axes as readonly number[], keepdims as boolean),
  },
];

export const reduction: Record<string, Operator> = {
  ReduceSum: {
    ...inFiles(reductionShape, 1, 2),
    attributes: { keepdims: "int" },
    infer,
    gradient: (node, [dy]) => [expandLike(withReducedAxes(dy as Value, node), node.inputs[0] as Value)],
    onnx: (node) => ({
      attributes: { keepdims: node.attributes.keepdims as boolean },
      extraInputs: [axesOf(node)],
    }),
  },
  ReduceMean: {
    ...inFiles(reductionShape, 1, 2),
    attributes: { axes: "ints", keepdims: "int" },
    infer,
    gradient: (node, [dy]) => {
      const x = node.inputs[0] as Value;
      const share = div(withReducedAxes(dy as Value, node), countOf(x, axesOf(node), x.dtype));
      return [expandLike(share, x)];
    },
  },
  ArgMax: {
    ...inFiles(argument),
    attributes: { axis: "int", keepdims: "int" },
    infer: ([x], { axis }) => [
      { dtype: "int64", shape: (x as Value).shape.filter((_: Dim, i: number) => i !== axis) },
    ],
    gradient: () => [undefined],
  },
};
