import type { Node, Value } from "../../graph/value.js";
import type { KernelStep, Place } from "../program/program.js";
import { sizeOf, sizeOfValue } from "../task/rows.js";
import type { MatchContext, Operator, Task } from "../task/task.js";
import { rareKernel } from "./rare-kernel.js";
import { mapped } from "./rare-maps.js";
import { convert, isConvertible, numbersAt } from "./raw.js";

/** A value that follows from another in jumps, so that no gradient flows back. */
const flat = (node: Node, forward: Task["forward"]): readonly Task[] => [
  {
    name: node.op,
    nodes: [node],
    inputs: node.inputs as readonly Value[],
    weights: [],
    outputs: node.outputs,
    kept: [],
    differentiates: [],
    forward,
    adjoint() {},
  },
];

/** The same in one step. */
const inOneStep = (
  node: Node,
  context: MatchContext,
  step: (from: Place, to: Place) => KernelStep,
): readonly Task[] => {
  const [x] = node.inputs as readonly [Value];
  return flat(node, (emit) => {
    const from = numbersAt(emit, x, context);
    emit.block(step(from, emit.place(node.outputs[0] as Value)));
  });
};

/** Numbers of another kind that a run is fed with, such as class numbers, and whole numbers of what has a point. */
export const conversion: Operator = (node, context) => {
  const [x] = node.inputs as readonly [Value];
  const y = node.outputs[0] as Value;
  if (y.dtype === "bool" || y.dtype === "float64") return undefined;
  const isExact = y.dtype === "float32" || x.dtype !== "float64";
  if (context.isTaken(x)) return mapped("truncated", x, [node]);
  if (!isConvertible(x, context) || !isExact) return undefined;
  return flat(node, (emit) => convert(emit, x, emit.place(y)));
};

/** Rows of zeros with 1 in the column that a class number names. */
export const oneHot: Operator = (node, context) => {
  const [classes] = node.inputs as readonly [Value];
  const y = node.outputs[0] as Value;
  if (y.dtype !== "float32" || !(context.isCovered(classes) || isConvertible(classes, context)))
    return undefined;
  const depth = Number(node.attributes.depth);
  return inOneStep(node, context, (from, to) => rareKernel("oneHot", from, sizeOfValue(classes), depth, to));
};

/** Which value along an axis is the largest. */
export const argMax: Operator = (node, context) => {
  const [x] = node.inputs as readonly [Value];
  const axis = node.attributes.axis as number;
  if (!(isConvertible(x, context) || context.isTaken(x)) || typeof x.shape[axis] !== "number")
    return undefined;
  const length = Number(x.shape[axis]);
  const inner = sizeOf(x.shape.slice(axis + 1));
  return inOneStep(node, context, (from, to) =>
    rareKernel("argMax", from, sizeOfValue(x, length * inner), length, inner, to),
  );
};
