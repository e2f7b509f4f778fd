import type { GroupedConv2dOptions } from "../../graph/ops.js";
import type { Value } from "../../graph/value.js";
import { activationNumbers } from "../../kernels/plan-kernels.js";
import { sizeOf } from "../../typed-arrays.js";
import type { KernelStep, Place } from "../program/program.js";
import { kernel } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { Emitter, Operator, Task } from "../task/task.js";
import { emitEndingAdjoint, endingOf, isClosing } from "./activation.js";
import { patchNumbers, type Window, windowOf } from "./window.js";

/** Rows of a product from which on it runs at full speed. */
const wantedRows = 64;

/** Channels of all groups next to each other in every one of some rows, and the same group by group. */
interface Grouping {
  readonly groups: number;
  /** Channels of a group. */
  readonly each: number;
  /** Rows per sample; or, of weights, rows. */
  readonly rows: { readonly perRow: number } | number;
}

const startOf = ({ each, rows }: Grouping, group: number): number | { readonly perRow: number } =>
  typeof rows === "number" ? group * rows * each : { perRow: group * rows.perRow * each };

/** Brings the channels of each group together. */
const split = (grouping: Grouping, from: Place, to: Place): KernelStep[] =>
  Array.from({ length: grouping.groups }, (_, group) => {
    const { groups, each, rows } = grouping;
    const start = startOf(grouping, group);
    return kernel("copyRuns", from, group * each, groups * each, rows, each, to, start, each);
  });

/** Puts the channels of all groups next to each other again. */
const join = (grouping: Grouping, from: Place, to: Place): KernelStep[] =>
  Array.from({ length: grouping.groups }, (_, group) => {
    const { groups, each, rows } = grouping;
    const start = startOf(grouping, group);
    return kernel("copyRuns", from, start, each, rows, each, to, group * each, groups * each);
  });

/**
 * A convolution of channels and filters in groups, each by itself. Of a block, the channels of each group are brought together as images of
 * their own, whose patches are multiplied with the group's part of the kernel: all groups in one batch of products.
 */
export const groupedConvolution: Operator = (node, context) => {
  const [x, weights] = node.inputs as readonly [Value, Value];
  if (!context.isSamples(x) || !context.isWeight(weights)) return undefined;
  const { strides, padding, dilation, groups } = node.attributes as unknown as GroupedConv2dOptions;
  const [rows, columns, channels, filters] = weights.shape as readonly [number, number, number, number];
  const whole = windowOf(x, [rows, columns], strides, dilation, padding);
  const window: Window = { ...whole, channels };
  const ending = endingOf(node.outputs[0] as Value, filters, context);
  const { bias, activation, output: y } = ending;
  const pixels = whole.outputHeight * whole.outputWidth;
  const own = filters / groups;
  const length = rows * columns * channels;
  const images: Grouping = { groups, each: channels, rows: { perRow: whole.height * whole.width } };
  const results: Grouping = { groups, each: own, rows: { perRow: pixels } };
  const kernels: Grouping = { groups, each: own, rows: length };
  const patches = [{ perRow: groups }, ...patchNumbers(window)];
  const product = { kind: "product", count: groups, accumulate: false } as const;
  const kernelsOf = (emit: Emitter): Place => emit.state("kernels", 4 * groups * length * own, "thread");
  const patchesOf = (emit: Emitter): Place => {
    const gathered = emit.scratch(4 * rowSize(x));
    const all = emit.scratch(4 * groups * pixels * length);
    emit.block(...split(images, emit.place(x), gathered), kernel("patches", gathered, ...patches, all));
    return all;
  };
  const task: Task = {
    name: "grouped convolution",
    nodes: [node, ...ending.nodes],
    inputs: [x],
    weights: bias ? [weights, bias] : [weights],
    outputs: [y],
    kept: isClosing(ending) ? [x, y] : [x],
    multiplications: pixels * sizeOf(weights.shape as readonly number[]),
    leastRows: Math.ceil(wantedRows / pixels),
    forward(emit) {
      const [ownKernels, to] = [kernelsOf(emit), emit.place(y)];
      emit.each(...split(kernels, emit.place(weights), ownKernels));
      const products = emit.scratch(4 * rowSize(y));
      emit.block(
        {
          ...product,
          ...{ m: { perRow: pixels }, n: own, k: length, transposeA: false, transposeB: false },
          ...{ a: patchesOf(emit), b: ownKernels, y: products },
        },
        ...join(results, products, to),
      );
      if (bias || activation !== activationNumbers.none) {
        const shift = bias ? emit.place(bias) : 0;
        emit.block(kernel("biasActivation", to, { perRow: pixels }, filters, shift, activation));
      }
    },
    adjoint(emit) {
      const dy = emit.outputGradient(y);
      if (!dy) return;
      emitEndingAdjoint(emit, ending, dy, filters);
      const dw = emit.weightGradient(weights, "last");
      const dx = emit.inputGradient(x);
      if (!dw && !dx) return;
      const gradients = emit.scratch(4 * rowSize(y));
      emit.block(...split(results, dy, gradients));
      if (dw) {
        const size = groups * length * own;
        const sum = emit.state("kernel gradients", 4 * size, "part");
        const part = emit.state("kernel gradients of a block", 4 * size, "thread");
        const forms = {
          m: length,
          n: own,
          k: { perRow: pixels },
          transposeA: true,
          transposeB: false,
        } as const;
        const a = patchesOf(emit);
        emit.idle(kernel("fill", sum, size, 0));
        emit.block(
          { ...product, ...forms, a, b: gradients, y: sum, turn: "first" },
          { ...product, ...forms, a, b: gradients, y: part, turn: "later" },
          { ...kernel("add", sum, part, size), turn: "later" },
        );
        emit.gather(sum, (all, other) => kernel("add", all, other, size));
        emit.last(...join(kernels, emit.ofFirst(sum), dw.place));
      }
      if (!dx) return;
      const dPatches = emit.scratch(4 * groups * pixels * length);
      const dImages = emit.scratch(4 * rowSize(x));
      emit.block(
        {
          ...product,
          ...{ m: { perRow: pixels }, n: length, k: own, transposeA: false, transposeB: true },
          ...{ a: gradients, b: kernelsOf(emit), y: dPatches },
        },
        kernel("fill", dImages, { perRow: rowSize(x) }, 0),
        kernel("patchesAdjoint", dPatches, ...patches, dImages),
        ...join(images, dImages, dx),
      );
    },
  };
  return [task];
};
