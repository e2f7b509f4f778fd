import { intOf } from "../../onnx-format/attributes.js";
import { elementType } from "../../onnx-format/element-types.js";
import {
  axisIn,
  axisOf,
  elements,
  type Given,
  input,
  intsFrom,
  one,
  type ShapeRule,
} from "../../onnx-format/shape-rule.js";
import { inFiles, type Operator, rows } from "../operator.js";

const without = (shape: readonly number[], axes: ReadonlySet<number>, keep: boolean): number[] =>
  shape.flatMap((dim, axis) => {
    if (!axes.has(axis)) return [dim];
    return keep ? [1] : [];
  });

const keeps = ({ node }: Given): boolean => (intOf(node, "keepdims") ?? 1) !== 0;

export const reduction: ShapeRule = (given) => {
  const x = input(given, 0);
  const stated = intsFrom(given, 1, "axes") ?? [];
  const rank = x.shape.length;
  if (stated.length === 0 && (intOf(given.node, "noop_with_empty_axes") ?? 0) !== 0) return one(x);
  const all = stated.length === 0 ? x.shape.map((_, axis) => axis) : stated;
  const axes = new Set(all.map((axis) => axisIn(given.node, axis, rank)));
  return one({ type: x.type, shape: without(x.shape, axes, keeps(given)) }, slowly * elements(x));
};

/** How many times as long as in a matrix product a number takes. */
const slowly = 8;

export const argument: ShapeRule = (given) => {
  const x = input(given, 0);
  const axis = axisOf(given, x.shape.length, 0);
  return one(
    { type: elementType.int64, shape: without(x.shape, new Set([axis]), keeps(given)) },
    slowly * elements(x),
  );
};

/** Reductions that only files have. */
export const reductionsInFiles: Readonly<Record<string, Operator>> = {
  ...rows(
    "ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSumExp",
    inFiles(reduction, 1, 2),
  ),
  ArgMin: inFiles(argument),
};
