import type { Conv2dOptions } from "../../graph/ops.js";
import type { Value } from "../../graph/value.js";
import type { Place } from "../program/program.js";
import { kernel } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { Emitter, Operator, Task } from "../task/task.js";
import { emitEndingAdjoint, endingOf, isClosing } from "./activation.js";
import { patchNumbers, windowOf } from "./window.js";

/**
 * Cross-correlation of each channel by itself, with a bias and an activation. For several outputs per channel every channel is first
 * repeated as often: the kernels of its outputs lie next to each other.
 */
export const depthwise: Operator = (node, context) => {
  const [x, weights] = node.inputs as readonly [Value, Value];
  if (!context.isSamples(x) || !context.isWeight(weights)) return undefined;
  const { strides, padding, dilation } = node.attributes as unknown as Conv2dOptions;
  const [rows, columns, channels, multiplier] = weights.shape as readonly [number, number, number, number];
  const outputs = channels * multiplier;
  const window = { ...windowOf(x, [rows, columns], strides, dilation, padding), channels: outputs };
  const ending = endingOf(node.outputs[0] as Value, outputs, context);
  const { bias, activation, output: y } = ending;
  const pixels = { perRow: window.height * window.width };
  const repeated = (emit: Emitter): Place => {
    const from = emit.place(x);
    if (multiplier === 1) return from;
    const images = emit.scratch(4 * pixels.perRow * outputs);
    emit.block(kernel("repeatPixels", from, pixels, 1, channels, 1, 1, multiplier, images));
    return images;
  };
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
      const [from, to, shift] = [repeated(emit), emit.place(y), bias ? emit.place(bias) : 0];
      emit.block(kernel("depthwise", from, ...numbers, emit.place(weights), shift, activation, to));
    },
    adjoint(emit) {
      const dy = emit.outputGradient(y);
      if (!dy) return;
      emitEndingAdjoint(emit, ending, dy, outputs);
      const dw = emit.weightGradient(weights, "sum");
      if (dw) emit.block(kernel("depthwiseKernelAdjoint", repeated(emit), ...numbers, dy, dw.place));
      const dx = emit.inputGradient(x);
      if (!dx) return;
      const images = multiplier === 1 ? dx : emit.scratch(4 * pixels.perRow * outputs);
      emit.block(kernel("depthwiseInputAdjoint", dy, ...numbers, emit.place(weights), images));
      if (multiplier === 1) return;
      // Of each channel the sum over its repetitions: their mean as often as there are.
      const windows = [1, outputs, 1, 1, multiplier, 1, multiplier, 0, 0, 1, channels];
      emit.block(
        kernel("averagePool", images, pixels, ...windows, dx),
        kernel("scale", dx, { perRow: rowSize(x) }, multiplier),
      );
    },
  };
  return [task];
};
