import type { Pool2dOptions } from "../../graph/ops.js";
import type { Node, Value } from "../../graph/value.js";
import type { Count } from "../program/program.js";
import { kernel } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { Operator, Task } from "../task/task.js";
import { isMaskedByPool } from "./activation.js";
import { unary } from "./unary.js";
import { poolNumbers, windowOf } from "./window.js";

/** The maxima of windows; a byte for each remembers where it lay. */
export const maxPool: Operator = (node, context) => {
  const [x] = node.inputs as readonly [Value];
  const y = node.outputs[0] as Value;
  if (!context.isSamples(x)) return undefined;
  const { poolSize, strides, padding } = node.attributes as unknown as Pool2dOptions;
  const window = windowOf(x, poolSize, strides, [1, 1], padding);
  // A byte holds the place in the window, and one number more for a relu that was closed.
  if (poolSize[0] * poolSize[1] >= 255) return undefined;
  const closes = isMaskedByPool(x, context) ? 1 : 0;
  const numbers = [{ perRow: 1 }, ...poolNumbers(window)];
  const task: Task = {
    name: "max pooling",
    nodes: [node],
    inputs: [x],
    weights: [],
    outputs: [y],
    kept: [],
    forward(emit) {
      const indices = emit.training ? emit.keep("indices", rowSize(y)) : 0;
      emit.block(kernel("maxPool", emit.place(x), ...numbers, closes, emit.place(y), indices));
    },
    adjoint(emit) {
      const dy = emit.outputGradient(y);
      const dx = emit.inputGradient(x);
      if (!dy || !dx) return;
      const indices = emit.keep("indices", rowSize(y));
      emit.block(kernel("maxPoolAdjoint", dy, indices, ...numbers, dx));
    },
  };
  return [task];
};

/** The means of windows, without the padding. */
export const averagePool: Operator = (node, context) => {
  const [x] = node.inputs as readonly [Value];
  if (!context.isSamples(x)) return undefined;
  const { poolSize, strides, padding } = node.attributes as unknown as Pool2dOptions;
  const numbers = [{ perRow: 1 }, ...poolNumbers(windowOf(x, poolSize, strides, [1, 1], padding))];
  return averaging(node, numbers);
};

/** The mean over height and width, which is one window. */
export const globalAveragePool: Operator = (node, context) => {
  const [x] = node.inputs as readonly [Value];
  const { axes } = node.attributes;
  if (!context.isSamples(x) || x.shape.length !== 4 || String(axes) !== "1,2") return undefined;
  const [, height, width] = x.shape as readonly [unknown, number, number];
  const numbers = [{ perRow: 1 }, ...poolNumbers(windowOf(x, [height, width], [1, 1], [1, 1], "valid"))];
  return averaging(node, numbers);
};

const averaging = (node: Node, numbers: readonly Count[]): readonly Task[] =>
  unary({
    node,
    name: "average pooling",
    forward: (emit, x, y) => emit.block(kernel("averagePool", x, ...numbers, y)),
    adjoint: (emit, dy, dx) => emit.block(kernel("averagePoolAdjoint", dy, ...numbers, dx)),
  });
