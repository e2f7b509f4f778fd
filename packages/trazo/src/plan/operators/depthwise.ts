import type { Conv2dOptions } from "../../graph/ops.js";
import type { Value } from "../../graph/value.js";
import { kernel } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { Operator, Task } from "../task/task.js";
import { emitEndingAdjoint, endingOf, isClosing } from "./activation.js";
import { patchNumbers, windowOf } from "./window.js";

/** Cross-correlation of each channel by itself, one output per channel, with a bias and an activation. */
export const depthwise: Operator = (node, context) => {
  const [x, weights] = node.inputs as readonly [Value, Value];
  if (!context.isSamples(x) || !context.isWeight(weights)) return undefined;
  const { strides, padding, dilation } = node.attributes as unknown as Conv2dOptions;
  const [rows, columns, channels, multiplier] = weights.shape as readonly [number, number, number, number];
  if (multiplier !== 1) return undefined;
  const window = windowOf(x, [rows, columns], strides, dilation, padding);
  const ending = endingOf(node.outputs[0] as Value, channels, context);
  const { bias, activation, output: y } = ending;
  const numbers = [{ perRow: 1 }, ...patchNumbers(window)];
  const task: Task = {
    name: "depthwise convolution",
    nodes: [node, ...ending.nodes],
    inputs: [x],
    weights: bias ? [weights, bias] : [weights],
    outputs: [y],
    kept: isClosing(ending) ? [x, y] : [x],
    multiplications: rowSize(y) * rows * columns,
    forward(emit) {
      const [from, to, shift] = [emit.place(x), emit.place(y), bias ? emit.place(bias) : 0];
      emit.block(kernel("depthwise", from, ...numbers, emit.place(weights), shift, activation, to));
    },
    adjoint(emit) {
      const dy = emit.outputGradient(y);
      if (!dy) return;
      emitEndingAdjoint(emit, ending, dy, channels);
      const dw = emit.weightGradient(weights, "sum");
      if (dw) emit.block(kernel("depthwiseKernelAdjoint", emit.place(x), ...numbers, dy, dw.place));
      const dx = emit.inputGradient(x);
      if (dx) emit.block(kernel("depthwiseInputAdjoint", dy, ...numbers, emit.place(weights), dx));
    },
  };
  return [task];
};
