import { staticDim } from "../../graph/shape.js";
import type { Value } from "../../graph/value.js";
import { kernel } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { Operator, Task } from "../task/task.js";
import { activationCodes, endingOf } from "./activation.js";

/** Rows of samples times a matrix of weights, with a bias and an activation. */
export const dense: Operator = (node, context) => {
  const [x, w] = node.inputs as readonly [Value, Value];
  const { transA, transB } = node.attributes;
  if (!context.isSamples(x) || !context.isWeight(w) || w.shape.length !== 2) return undefined;
  if (node.inputs.length !== 2 || transA === true || transB === true) return undefined;
  const [features, units] = [staticDim(w.shape, 0, "Dense"), staticDim(w.shape, 1, "Dense")];
  const ending = endingOf(node.outputs[0] as Value, units, context);
  const { bias, activation, output: y } = ending;
  // A sample may hold several rows.
  const rows = { perRow: rowSize(x) / features };
  const isActive = activation !== activationCodes.none;
  const task: Task = {
    name: "dense",
    nodes: [node, ...ending.nodes],
    inputs: [x],
    weights: bias ? [w, bias] : [w],
    outputs: [y],
    kept: isActive ? [x, y] : [x],
    multiplications: rowSize(x) * units,
    begins: true,
    ends: true,
    // The matrix of weights is large beside the rows: it should be gone through once.
    leastRows: Number.POSITIVE_INFINITY,
    forward(emit) {
      const product = { kind: "product", count: 0, transposeA: false, transposeB: false } as const;
      const [a, b, out] = [emit.place(x), emit.place(w), emit.place(y)];
      emit.block({ ...product, m: rows, n: units, k: features, accumulate: false, a, b, y: out });
      if (bias || isActive) {
        emit.block(kernel("biasActivation", out, rows, units, bias ? emit.place(bias) : 0, activation));
      }
    },
    adjoint(emit) {
      const dy = emit.outputGradient(y);
      if (!dy) return;
      const db = bias && emit.weightGradient(bias, "sum");
      if (db || isActive) {
        const from = isActive ? emit.place(y) : 0;
        emit.block(kernel("activationAdjoint", dy, from, rows, units, activation, db?.place ?? 0));
      }
      const dw = emit.weightGradient(w, "once");
      const product = { kind: "product", count: 0 } as const;
      if (dw) {
        const { place, accumulate } = dw;
        const forms = { transposeA: true, transposeB: false, accumulate };
        emit.block({
          ...product,
          ...forms,
          m: features,
          n: units,
          k: rows,
          a: emit.place(x),
          b: dy,
          y: place,
        });
      }
      const dx = emit.inputGradient(x);
      if (!dx) return;
      const forms = { transposeA: false, transposeB: true, accumulate: false };
      emit.block({ ...product, ...forms, m: rows, n: features, k: units, a: dy, b: emit.place(w), y: dx });
    },
  };
  return [task];
};
