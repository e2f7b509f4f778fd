import { staticDim } from "../../graph/shape.js";
import type { Value } from "../../graph/value.js";
import { activationNumbers } from "../../kernels/plan-kernels.js";
import type { Place } from "../program/program.js";
import { kernel } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { Emitter, Operator, Task } from "../task/task.js";
import { emitEndingAdjoint, endingOf, isClosing } from "./activation.js";
import {
  type DenseSizes,
  moveWeights,
  splitForward,
  splitInputGradient,
  splitsWeights,
  weightGradient,
} from "./split-dense.js";

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
  const sizes: DenseSizes = { features, units, rows };
  const isActive = activation !== activationNumbers.none;
  const emitInputGradient = (emit: Emitter, dy: Place): void => {
    if (splitsWeights(emit, sizes)) {
      const dx = emit.sharedInputGradient(x);
      if (dx) splitInputGradient(emit, sizes, { dy, w: emit.place(w), dx });
      return;
    }
    const dx = emit.inputGradient(x);
    if (!dx) return;
    const product = { kind: "product", count: 0 } as const;
    const forms = { transposeA: false, transposeB: true, accumulate: false };
    emit.block({ ...product, ...forms, m: rows, n: features, k: units, a: dy, b: emit.place(w), y: dx });
  };
  const task: Task = {
    name: "dense",
    nodes: [node, ...ending.nodes],
    inputs: [x],
    weights: bias ? [w, bias] : [w],
    outputs: [y],
    kept: isClosing(ending) ? [x, y] : [x],
    multiplications: rowSize(x) * units,
    dividedWeights: features * units,
    begins: true,
    ends: true,
    // The matrix of weights is large compared with the rows: it should be read once.
    leastRows: Number.POSITIVE_INFINITY,
    forward(emit) {
      const [a, b, out] = [emit.place(x), emit.place(w), emit.place(y)];
      if (splitsWeights(emit, sizes)) {
        splitForward(emit, sizes, { x: a, w: b, y: out, bias: bias && emit.place(bias), activation });
        return;
      }
      const product = { kind: "product", count: 0, transposeA: false, transposeB: false } as const;
      emit.block({ ...product, m: rows, n: units, k: features, accumulate: false, a, b, y: out });
      if (bias || isActive) {
        emit.block(kernel("biasActivation", out, rows, units, bias ? emit.place(bias) : 0, activation));
      }
    },
    adjoint(emit) {
      const dy = emit.outputGradient(y);
      if (!dy) return;
      emitEndingAdjoint(emit, ending, dy, units);
      // First, since it takes the weights as they are before the step.
      emitInputGradient(emit, dy);
      const update = emit.weightUpdate(w);
      if (update) {
        moveWeights(emit, sizes, { x: emit.place(x), dy, update });
        return;
      }
      const dw = emit.weightGradient(w, "shared");
      if (dw) weightGradient(emit, sizes, { x: emit.place(x), dy, dw });
    },
  };
  return [task];
};
