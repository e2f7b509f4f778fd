import { sizeOf } from "../../typed-arrays.js";
import { rowSize } from "../task/rows.js";
import type { Emitter, Operator, Task } from "../task/task.js";
import { emitEndingAdjoint, isClosing } from "./activation.js";
import { type ConvolutionMethod, convolutionOf } from "./convolution-method.js";
import { narrowConvolution } from "./narrow.js";
import { patchConvolution } from "./patches.js";
import { winogradConvolution } from "./winograd.js";

/** Cross-correlation of images with a kernel, with a bias and an activation. */
export const convolution: Operator = (node, context) => {
  const found = convolutionOf(node, context);
  if (!found) return undefined;
  const { x, weights, filters, ending } = found;
  const winograd = winogradConvolution(found);
  const plain = narrowConvolution(found) ?? patchConvolution(found);
  // In training only: what a model predicts of a sample is not to depend on how many others there are.
  const methodFor = ({ training, batch }: Emitter): ConvolutionMethod =>
    winograd && (!training || winograd.isWorth(batch)) ? winograd : plain;
  const { bias, output: y } = ending;
  const task: Task = {
    name: "convolution",
    nodes: [node, ...ending.nodes],
    inputs: [x],
    weights: bias ? [weights, bias] : [weights],
    outputs: [y],
    kept: isClosing(ending) ? [x, y] : [x],
    multiplications: (rowSize(y) / filters) * sizeOf(weights.shape as readonly number[]),
    // As where there are many samples: with few the blocks are small anyway.
    leastRows: (winograd ?? plain).leastRows,
    forward: (emit) => methodFor(emit).forward(emit),
    adjoint(emit) {
      const dy = emit.outputGradient(y);
      if (!dy) return;
      emitEndingAdjoint(emit, ending, dy, filters);
      methodFor(emit).adjoint(emit, dy);
    },
  };
  return [task];
};
