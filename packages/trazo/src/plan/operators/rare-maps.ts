import { scalarOf } from "../../graph/scalar-of.js";
import { shapesEqual } from "../../graph/shape.js";
import type { Node, Value } from "../../graph/value.js";
import { functionNumbers } from "../../kernels/plan-kernels.js";
import { rareFunctionNumbers } from "../../kernels/rare-plan-kernels.js";
import { kernel } from "../program/steps.js";
import { rowSize, sizeOfValue } from "../task/rows.js";
import type { Operator, Task } from "../task/task.js";
import { otherInput } from "./other-input.js";
import { rareKernel } from "./rare-kernel.js";
import { unary } from "./unary.js";

type Name = keyof typeof rareFunctionNumbers;

/** A function of each value by itself that few networks have. */
export function mapped(name: Name, x: Value, nodes: readonly [Node, ...Node[]], a = 0): readonly Task[] {
  const size = sizeOfValue(x);
  const number = rareFunctionNumbers[name];
  return unary({
    ...{ node: nodes[0], name, nodes, x },
    kept: [x],
    forward: (emit, from, to) => emit.block(rareKernel("mapRare", number, to, from, size, a)),
    adjoint: (emit, dy, dx) =>
      emit.block(rareKernel("mapRareAdjoint", number, dx, dy, emit.place(x), size, a)),
  });
}

const alone =
  (name: Name): Operator =>
  (node, context) => {
    const [x] = node.inputs;
    return context.isTaken(x) ? mapped(name, x, [node]) : undefined;
  };

export const sqrt = alone("sqrt");
export const log = alone("log");
export const abs = alone("abs");
export const softplus = alone("softplus");
export const sign = alone("sign");

/** A power, the exponent of which is a number. */
export const power: Operator = (node, context) => {
  const [x, exponent] = node.inputs;
  const a = scalarOf(exponent);
  if (a === undefined || !context.isTaken(x) || !shapesEqual(x.shape, (node.outputs[0] as Value).shape))
    return undefined;
  return mapped(a === 2 ? "square" : "power", x, [node], a);
};

/** Whether values are above a number, as 1 and 0. */
export const step: Operator = (node, context) => {
  const [x, limit] = node.inputs;
  const a = scalarOf(limit);
  const cast = context.only(node.outputs[0] as Value);
  if (a === undefined || !context.isTaken(x) || cast?.op !== "Cast") return undefined;
  return context.isSamples(cast.outputs[0]) ? mapped("step", x, [node, cast], a) : undefined;
};

/** Random numbers that are fed, times a number, where they are added to what the plan computes. */
export const noise: Operator = (node, context) => {
  const x = node.inputs.find((input) => context.isSamples(input));
  const y = node.outputs[0] as Value;
  const factor = x && scalarOf(otherInput(node, x));
  const sum = context.only(y);
  const other = sum?.op === "Add" ? otherInput(sum, y) : undefined;
  if (!x || x.producer || factor === undefined || !context.isTaken(other) || context.isDifferentiated(x))
    return undefined;
  const size = { perRow: rowSize(y) };
  const step = functionNumbers.affine;
  return [
    {
      name: "noise",
      nodes: [node],
      inputs: [x],
      weights: [],
      outputs: [y],
      kept: [],
      forward: (emit) => emit.block(kernel("mapValues", step, emit.place(y), emit.place(x), size, factor, 0)),
      adjoint() {},
    },
  ];
};
