import type { Node, Value } from "../../graph/value.js";
import { kindNumbers } from "../../kernels/rare-plan-kernels.js";
import type { KernelStep, Place } from "../program/program.js";
import { rowSize, sizeOfValue } from "../task/rows.js";
import type { Emitter, Operator, Task } from "../task/task.js";
import { rareKernel } from "./rare-kernel.js";
import { mapped } from "./rare-maps.js";

/** A value that follows from another in jumps, so that no gradient flows back. */
const flat = (
  node: Node,
  steps: (from: Place, to: Place, emit: Emitter) => readonly KernelStep[],
): readonly Task[] => {
  const [x] = node.inputs as readonly [Value];
  const y = node.outputs[0] as Value;
  return [
    {
      name: node.op,
      nodes: [node],
      inputs: [x],
      weights: [],
      outputs: [y],
      kept: [],
      differentiates: [],
      forward: (emit) => emit.block(...steps(emit.place(x), emit.place(y), emit)),
      adjoint() {},
    },
  ];
};

const isKind = (dtype: string): dtype is keyof typeof kindNumbers => dtype in kindNumbers;

/** Numbers of another kind that a run is fed with, such as class numbers, and whole numbers of what has a point. */
export const conversion: Operator = (node, context) => {
  const [x] = node.inputs as readonly [Value];
  const y = node.outputs[0] as Value;
  const { dtype } = x;
  if (y.dtype === "bool" || y.dtype === "float64") return undefined;
  if (context.isTaken(x)) return mapped("truncated", x, [node]);
  const isExact = y.dtype === "float32" || dtype !== "float64";
  if (!context.isRaw(x) || !isKind(dtype) || !isExact) return undefined;
  return flat(node, (from, to) => [rareKernel("convert", kindNumbers[dtype], from, sizeOfValue(y), to)]);
};

/** Rows of zeros with 1 in the column that a class number names. */
export const oneHot: Operator = (node, context) => {
  const [classes] = node.inputs as readonly [Value];
  const y = node.outputs[0] as Value;
  if (y.dtype !== "float32" || !context.isCovered(classes)) return undefined;
  const depth = Number(node.attributes.depth);
  return flat(node, (from, to) => [rareKernel("oneHot", from, sizeOfValue(classes), depth, to)]);
};

/** Which value along an axis is the largest. */
export const argMax: Operator = (node, context) => {
  const [x] = node.inputs as readonly [Value];
  const axis = node.attributes.axis as number;
  const { dtype } = x;
  const isRaw = context.isRaw(x) && isKind(dtype);
  if (!(isRaw || context.isTaken(x)) || typeof x.shape[axis] !== "number") return undefined;
  const length = Number(x.shape[axis]);
  const inner = x.shape.slice(axis + 1).reduce<number>((size, dim) => size * Number(dim), 1);
  const largest = (from: Place, to: Place): KernelStep =>
    rareKernel("argMax", from, sizeOfValue(x, length * inner), length, inner, to);
  return flat(node, (from, to, emit) => {
    if (!isRaw) return [largest(from, to)];
    const numbers = emit.scratch(4 * rowSize(x));
    return [rareKernel("convert", kindNumbers[dtype], from, sizeOfValue(x), numbers), largest(numbers, to)];
  });
};
