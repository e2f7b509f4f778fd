import { staticDim } from "../../graph/shape.js";
import type { Value } from "../../graph/value.js";
import { activationNumbers } from "../../kernels/plan-kernels.js";
import type { PerRow, Place } from "../program/program.js";
import { kernel } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { Emitter, Operator, Task, WeightGradient } from "../task/task.js";
import { emitEndingAdjoint, endingOf, isClosing } from "./activation.js";

/** Threads take features in groups of a cache line. */
const featuresOfShare = 16;

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
  const isActive = activation !== activationNumbers.none;
  const task: Task = {
    name: "dense",
    nodes: [node, ...ending.nodes],
    inputs: [x],
    weights: bias ? [w, bias] : [w],
    outputs: [y],
    kept: isClosing(ending) ? [x, y] : [x],
    multiplications: rowSize(x) * units,
    begins: true,
    ends: true,
    // The matrix of weights is large compared with the rows: it should be read once.
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
      emitEndingAdjoint(emit, ending, dy, units);
      const dw = emit.weightGradient(w, "shared");
      if (dw) weightGradient(emit, { x: emit.place(x), dy, dw, features, units, rows });
      const dx = emit.inputGradient(x);
      if (!dx) return;
      const product = { kind: "product", count: 0 } as const;
      const forms = { transposeA: false, transposeB: true, accumulate: false };
      emit.block({ ...product, ...forms, m: rows, n: features, k: units, a: dy, b: emit.place(w), y: dx });
    },
  };
  return [task];
};

/** The matrices of a dense layer's gradient. */
interface Matrices {
  readonly x: Place;
  readonly dy: Place;
  readonly dw: WeightGradient;
  readonly features: number;
  readonly units: number;
  readonly rows: PerRow;
}

/**
 * Each thread computes some rows of the gradient, those of its features, over all samples: the gradient is large, and is written
 * once.
 */
function weightGradient(emit: Emitter, { x, dy, dw, features, units, rows }: Matrices): void {
  const product = { kind: "product", count: 0, n: units, k: rows, b: dy } as const;
  const forms = { transposeA: true, transposeB: false, accumulate: dw.accumulate };
  if (emit.threads === 1) {
    emit.shared({ ...product, ...forms, m: features, a: x, y: dw.place });
    return;
  }
  const share = { total: features, unit: featuresOfShare };
  const most = Math.ceil(features / featuresOfShare / emit.threads) * featuresOfShare;
  const own = emit.keepShare(4 * rows.perRow * most);
  emit.shared(kernel("copyColumns", emit.ofShare(x, share, 4), rows, { share }, features, own), {
    ...product,
    ...forms,
    m: { share },
    a: own,
    y: emit.ofShare(dw.place, share, 4 * units),
  });
}
