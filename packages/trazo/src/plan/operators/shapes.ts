import { isStatic } from "../../graph/shape.js";
import type { Dim, Node, Value } from "../../graph/value.js";
import { binaryNumbers } from "../../kernels/rare-plan-kernels.js";
import { kernel } from "../program/steps.js";
import { isFixed, isRows } from "../task/rows.js";
import type { Emitter, MatchContext, Operator } from "../task/task.js";
import { broadcastStrides, loopNumbers, loopsOver } from "./loops.js";
import { addGradient, type Operands } from "./operands.js";
import { rareKernel } from "./rare-kernel.js";

/** How many samples there are, as a number: a slice of a shape, cast and without its axis. Or a shape that others are repeated to. */
export const shape: Operator = (node, context) => {
  const nothing = { name: "shape", nodes: [node], inputs: [], weights: [], outputs: [], kept: [] };
  const count = countFrom(node, context);
  if (!count) {
    return context.users(node.outputs[0] as Value).every(({ op }) => op === "Expand")
      ? [{ ...nothing, forward() {}, adjoint() {} }]
      : undefined;
  }
  const { nodes, y, perRow } = count;
  const forward = (emit: Emitter): void => emit.block(kernel("fill", emit.place(y), 1, { perRow }));
  return [{ ...nothing, name: "count", nodes, outputs: [y], forward, adjoint() {} }];
};

function countFrom(node: Node, context: MatchContext) {
  const x = node.inputs[0] as Value;
  const slice = context.only(node.outputs[0] as Value);
  const axis = slice?.op === "Slice" ? (slice.attributes.start as number) : undefined;
  const dim = axis === undefined ? undefined : (x.shape[axis] as Dim);
  if (!slice || dim === undefined || isStatic(dim)) return undefined;
  const cast = context.only(slice.outputs[0] as Value);
  const scalar = cast?.op === "Cast" ? context.only(cast.outputs[0] as Value) : undefined;
  const y = scalar?.op === "Reshape" ? scalar.outputs[0] : undefined;
  if (!cast || !scalar || y?.dtype !== "float32" || y.shape.length > 0) return undefined;
  return { nodes: [node, slice, cast, scalar], y, perRow: dim.factor };
}

/** A value repeated to the shape of another. */
export const expansion: Operator = (node, context) => {
  const [x] = node.inputs as readonly [Value];
  const y = node.outputs[0] as Value;
  const isKnown = x.graph.constantOf(x) !== undefined || context.isTaken(x);
  if (y.dtype !== "float32" || !isKnown || !(isRows(y) || isFixed(y))) return undefined;
  if (isRows(x) && x.shape.length !== y.shape.length) return undefined;
  const loops = loopsOver(y.shape, [broadcastStrides(x, y.shape.length)]);
  if (!loops) return undefined;
  const isWeight = isRows(y) && isFixed(x);
  const operands: Operands = { operands: [x], inputs: isWeight ? [] : [x], weights: isWeight ? [x] : [], y };
  return [
    {
      name: "expansion",
      nodes: [node],
      inputs: operands.inputs,
      weights: operands.weights,
      outputs: [y],
      kept: [],
      forward(emit) {
        const from = emit.place(x);
        emit.block(
          rareKernel("broadcast", binaryNumbers.first, ...loopNumbers(loops, from, from), emit.place(y)),
        );
      },
      adjoint(emit) {
        const dy = emit.outputGradient(y);
        if (!dy) return;
        addGradient(emit, operands, x, (d) =>
          rareKernel("broadcastAdjoint", binaryNumbers.add, 0, ...loopNumbers(loops, 0, 0), dy, d),
        );
      },
    },
  ];
};
