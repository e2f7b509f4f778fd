import type { Value } from "../../graph/value.js";
import { kernel } from "../program/steps.js";
import { isFixed, isRows, rowSize, sizeOf, sizeOfValue } from "../task/rows.js";
import type { Operator } from "../task/task.js";
import { unary } from "./unary.js";
import { type Pair, patchNumbers } from "./window.js";

/** How often a run along an axis comes in a sample, and how many values an entry of the axis has. */
const runsAlong = (value: Value, axis: number) => {
  const entry = sizeOf(value.shape.slice(axis + 1));
  return { count: sizeOfValue(value, Number(value.shape[axis]) * entry), entry };
};

/** Values one after the other along an axis. */
export const concatenation: Operator = (node, context) => {
  const inputs = node.inputs as readonly Value[];
  const y = node.outputs[0] as Value;
  const axis = node.attributes.axis as number;
  const isAlike = (input: Value): boolean => (isFixed(y) ? isFixed(input) : isRows(input));
  if (y.dtype !== "float32" || (axis === 0 && !isFixed(y)) || !inputs.every(isAlike)) return undefined;
  if (!inputs.some((input) => context.isTaken(input))) return undefined;
  const { count, entry } = runsAlong(y, axis);
  const whole = Number(y.shape[axis]) * entry;
  const lengths = inputs.map(({ shape }) => Number(shape[axis]) * entry);
  const starts = lengths.map((_, i) => lengths.slice(0, i).reduce((sum, length) => sum + length, 0));
  const runs = inputs.map((input, i) => ({
    input,
    start: starts[i] as number,
    length: lengths[i] as number,
  }));
  return [
    {
      name: "concatenation",
      nodes: [node],
      inputs,
      weights: [],
      outputs: [y],
      kept: [],
      forward(emit) {
        for (const { input, start, length } of runs) {
          const [from, to] = [emit.place(input), emit.place(y)];
          emit.block(kernel("copyRuns", from, 0, length, count, length, to, start, whole));
        }
      },
      adjoint(emit) {
        const dy = emit.outputGradient(y);
        if (!dy) return;
        for (const { input, start, length } of runs) {
          const dx = emit.inputGradient(input);
          if (dx) emit.block(kernel("copyRuns", dy, start, whole, count, length, dx, 0, length));
        }
      },
    },
  ];
};

/** Some entries of an axis. */
export const slicing: Operator = (node, context) => {
  const [x] = node.inputs as readonly [Value];
  const { axis, start, end } = node.attributes as { axis: number; start: number; end: number };
  if (!context.isTaken(x) || (axis === 0 && !isFixed(x))) return undefined;
  const { count, entry } = runsAlong(x, axis);
  const whole = Number(x.shape[axis]) * entry;
  const [from, length] = [start * entry, (end - start) * entry];
  const size = sizeOfValue(x);
  return unary({
    node,
    forward: (emit, source, y) =>
      emit.block(kernel("copyRuns", source, from, whole, count, length, y, 0, length)),
    adjoint: (emit, dy, dx) =>
      emit.block(
        kernel("fill", dx, size, 0),
        kernel("copyRuns", dy, 0, length, count, length, dx, from, whole),
      ),
  });
};

/** Zeros around images: patches of one pixel, of an image with padding. */
export const padding: Operator = (node, context) => {
  const [x] = node.inputs as readonly [Value];
  const y = node.outputs[0] as Value;
  if (!context.isSamples(x) || !context.isCovered(x) || x.shape.length !== 4) return undefined;
  const [batch, top, left, channels, batchAfter, , , channelsAfter] = node.attributes
    .pads as readonly number[];
  if ([batch, channels, batchAfter, channelsAfter].some((count) => count !== 0)) return undefined;
  const [, height, width, depth] = x.shape as readonly number[];
  const one: Pair = [1, 1];
  const numbers = patchNumbers({
    height: height as number,
    width: width as number,
    channels: depth as number,
    size: one,
    strides: one,
    dilation: one,
    top: top as number,
    left: left as number,
    outputHeight: y.shape[1] as number,
    outputWidth: y.shape[2] as number,
  });
  const size = { perRow: rowSize(x) };
  return unary({
    node,
    forward: (emit, image, target) => emit.block(kernel("patches", image, { perRow: 1 }, ...numbers, target)),
    adjoint: (emit, dy, dx) =>
      emit.block(kernel("fill", dx, size, 0), kernel("patchesAdjoint", dy, { perRow: 1 }, ...numbers, dx)),
  });
};

/** Pixels repeated along height and width: the product of `[batch, H, 1, W, 1, C]` with ones `[1, 1, down, 1, across, 1]`. */
export const repetition: Operator = (node, context) => {
  const [x, ones] = node.inputs as readonly [Value, Value];
  const content = ones.graph.constantOf(ones);
  if (!content || x.shape.length !== 6 || content.shape.length !== 6) return undefined;
  if (!context.isSamples(x) || !context.isCovered(x)) return undefined;
  const [, height, between, width, beside, channels] = x.shape as readonly number[];
  const [, , down, , across] = content.shape as readonly number[];
  const isRepetition = between === 1 && beside === 1 && content.data.every((value) => Number(value) === 1);
  const sizes = [height, width, channels, down, across] as [number, number, number, number, number];
  if (!isRepetition || String(content.shape) !== `1,1,${down},1,${across},1`) return undefined;
  const windows = [
    ...[sizes[0] * sizes[3], sizes[1] * sizes[4], sizes[2], sizes[3], sizes[4], sizes[3], sizes[4]],
    ...[0, 0, sizes[0], sizes[1]],
  ];
  const size = { perRow: rowSize(x) };
  return unary({
    node,
    forward: (emit, image, target) =>
      emit.block(kernel("repeatPixels", image, { perRow: 1 }, ...sizes, target)),
    adjoint: (emit, dy, dx) =>
      emit.block(
        kernel("averagePool", dy, { perRow: 1 }, ...windows, dx),
        kernel("scale", dx, size, sizes[3] * sizes[4]),
      ),
  });
};
