import { shapesEqual } from "../../graph/shape.js";
import type { Node, Value } from "../../graph/value.js";
import { functionNumbers } from "../../kernels/plan-kernels.js";
import { kernel } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { MatchContext, Operator } from "../task/task.js";

/** The product of a value of samples with one of the same shape that the run is fed with: a mask of dropout. */
export const masking: Operator = (node, context) => {
  const [x, mask] = node.inputs as readonly [Value, Value];
  const y = node.outputs[0] as Value;
  if (!context.isSamples(x) || !context.isSamples(mask) || !shapesEqual(x.shape, mask.shape))
    return undefined;
  if (mask.producer || context.isDifferentiated(mask) || !context.isCovered(x)) return undefined;
  const size = { perRow: rowSize(y) };
  return [
    {
      name: "masking",
      nodes: [node],
      inputs: [x, mask],
      weights: [],
      outputs: [y],
      kept: [mask],
      forward: (emit) => emit.block(kernel("multiply", emit.place(y), emit.place(x), emit.place(mask), size)),
      adjoint(emit) {
        const dy = emit.outputGradient(y);
        const dx = emit.inputGradient(x);
        if (dy && dx) emit.block(kernel("multiply", dx, dy, emit.place(mask), size));
      },
    },
  ];
};

/** Whether a node takes two values of samples of one shape that the plan computes. */
function isPair({ inputs: [a, b] }: Node, context: MatchContext): boolean {
  if (!context.isSamples(a) || !context.isSamples(b) || !shapesEqual(a.shape, b.shape)) return false;
  return context.isCovered(a) && context.isCovered(b);
}

const pairOf = ({ inputs, outputs }: Node) => {
  const [a, b] = inputs as readonly [Value, Value];
  const y = outputs[0] as Value;
  return { a, b, y, size: { perRow: rowSize(y) } };
};

/** The sum of two values of samples, of one shape: where a shortcut meets what it goes around, for example. */
export const addition: Operator = (node, context) => {
  if (!isPair(node, context)) return undefined;
  const { a, b, y, size } = pairOf(node);
  return [
    {
      name: "addition",
      nodes: [node],
      inputs: [a, b],
      weights: [],
      outputs: [y],
      kept: [],
      forward: (emit) => emit.block(kernel("sum", emit.place(y), emit.place(a), emit.place(b), size)),
      adjoint(emit) {
        const dy = emit.outputGradient(y);
        if (!dy) return;
        for (const input of [a, b]) {
          const gradient = emit.inputGradient(input);
          if (gradient) emit.block(kernel("copy", gradient, dy, size));
        }
      },
    },
  ];
};

/** The product of two values of samples, of one shape. */
export const multiplication: Operator = (node, context) => {
  if (!isPair(node, context)) return undefined;
  const { a, b, y, size } = pairOf(node);
  return [
    {
      name: "multiplication",
      nodes: [node],
      inputs: [a, b],
      weights: [],
      outputs: [y],
      kept: [a, b],
      forward: (emit) => emit.block(kernel("multiply", emit.place(y), emit.place(a), emit.place(b), size)),
      adjoint(emit) {
        const dy = emit.outputGradient(y);
        if (!dy) return;
        const da = emit.inputGradient(a);
        if (da) emit.block(kernel("multiply", da, dy, emit.place(b), size));
        const db = emit.inputGradient(b);
        if (db) emit.block(kernel("multiply", db, dy, emit.place(a), size));
      },
    },
  ];
};

/** The difference of two values of samples, of one shape. */
export const subtraction: Operator = (node, context) => {
  if (!isPair(node, context)) return undefined;
  const { a, b, y, size } = pairOf(node);
  return [
    {
      name: "subtraction",
      nodes: [node],
      inputs: [a, b],
      weights: [],
      outputs: [y],
      kept: [],
      forward(emit) {
        const place = emit.place(y);
        emit.block(
          kernel("copy", place, emit.place(a), size),
          kernel("addScaled", place, emit.place(b), size, -1),
        );
      },
      adjoint(emit) {
        const dy = emit.outputGradient(y);
        if (!dy) return;
        const da = emit.inputGradient(a);
        if (da) emit.block(kernel("copy", da, dy, size));
        const db = emit.inputGradient(b);
        if (db) emit.block(kernel("mapValues", functionNumbers.affine, db, dy, size, -1, 0));
      },
    },
  ];
};
