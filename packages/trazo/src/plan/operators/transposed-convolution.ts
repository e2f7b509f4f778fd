import type { Conv2dTransposeOptions } from "../../graph/ops.js";
import type { Value } from "../../graph/value.js";
import { activationNumbers } from "../../kernels/plan-kernels.js";
import { sizeOf } from "../../typed-arrays.js";
import { kernel } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { Operator, Task } from "../task/task.js";
import { emitEndingAdjoint, endingOf, isClosing } from "./activation.js";
import { patchNumbers, windowOf } from "./window.js";

/** Rows of a product from which on it runs at full speed. */
const wantedRows = 64;

/**
 * The gradient of a convolution with respect to its input as an operator of its own: every pixel becomes a patch, and the patches are added
 * up where they overlap. Its own gradient is a convolution.
 */
export const transposedConvolution: Operator = (node, context) => {
  const [x, weights] = node.inputs as readonly [Value, Value];
  if (!context.isSamples(x) || !context.isWeight(weights)) return undefined;
  const { strides, padding, dilation } = node.attributes as unknown as Conv2dTransposeOptions;
  const product = node.outputs[0] as Value;
  const [rows, columns, filters, channels] = weights.shape as readonly [number, number, number, number];
  const numbers = patchNumbers(windowOf(product, [rows, columns], strides, dilation, padding));
  const ending = endingOf(product, filters, context);
  const { bias, activation, output: y } = ending;
  const pixels = { perRow: rowSize(x) / channels };
  const outputs = { perRow: rowSize(y) / filters };
  const length = rows * columns * filters;
  const products = { kind: "product", count: 0, accumulate: false } as const;
  const task: Task = {
    name: "transposed convolution",
    nodes: [node, ...ending.nodes],
    inputs: [x],
    weights: bias ? [weights, bias] : [weights],
    outputs: [y],
    kept: isClosing(ending) ? [x, y] : [x],
    multiplications: (rowSize(x) / channels) * sizeOf(weights.shape as readonly number[]),
    leastRows: Math.ceil(wantedRows / pixels.perRow),
    forward(emit) {
      const patches = emit.scratch(4 * pixels.perRow * length);
      const to = emit.place(y);
      emit.block(
        {
          ...products,
          ...{ m: pixels, n: length, k: channels, transposeA: false, transposeB: true },
          ...{ a: emit.place(x), b: emit.place(weights), y: patches },
        },
        kernel("fill", to, { perRow: rowSize(y) }, 0),
        kernel("patchesAdjoint", patches, { perRow: 1 }, ...numbers, to),
      );
      if (bias || activation !== activationNumbers.none) {
        const shift = bias ? emit.place(bias) : 0;
        emit.block(kernel("biasActivation", to, outputs, filters, shift, activation));
      }
    },
    adjoint(emit) {
      const dy = emit.outputGradient(y);
      if (!dy) return;
      emitEndingAdjoint(emit, ending, dy, filters);
      const dw = emit.weightGradient(weights, "sum");
      const dx = emit.inputGradient(x);
      if (!dw && !dx) return;
      const patches = emit.scratch(4 * pixels.perRow * length);
      emit.block(kernel("patches", dy, { perRow: 1 }, ...numbers, patches));
      if (dw) {
        emit.block({
          ...products,
          ...{ m: length, n: channels, k: pixels, transposeA: true, transposeB: false },
          ...{ a: patches, b: emit.place(x), y: dw.place, accumulate: dw.accumulate },
        });
      }
      if (dx) {
        emit.block({
          ...products,
          ...{ m: pixels, n: channels, k: length, transposeA: false, transposeB: false },
          ...{ a: patches, b: emit.place(weights), y: dx },
        });
      }
    },
  };
  return [task];
};
