import { isStatic } from "../../graph/shape.js";
import type { Dim, Value } from "../../graph/value.js";
import { activationNumbers } from "../../kernels/plan-kernels.js";
import { binaryNumbers } from "../../kernels/rare-plan-kernels.js";
import { kernel } from "../program/steps.js";
import { isRows, sizeOfValue } from "../task/rows.js";
import type { Operator } from "../task/task.js";
import { type Loops, loopNumbers, loopsOver, stridesOf } from "./loops.js";
import { rareKernel } from "./rare-kernel.js";

/** Loops over `x`, and the result's strides along them: with `perSample` each sample has a result of its own. */
function loopsOfSum(
  { shape }: Value,
  axes: readonly number[],
  size: number,
  perSample: boolean,
): Loops | undefined {
  const [first, ...rest] = shape as readonly [Exclude<Dim, number>, ...number[]];
  const kept = rest.map((dim, i) => (axes.includes(i + 1) ? 1 : dim));
  const whole = [{ ...first, factor: 1 }, first.factor, ...rest];
  return loopsOver(whole, [[perSample ? size : 0, 0, ...stridesOf({ shape: kept })]]);
}

/**
 * A sum or a mean over all samples, and perhaps along other axes: of each sample first, since long sums lose digits, then of all that a thread
 * has, then of all threads in their order.
 */
const overBatch =
  (isMean: boolean): Operator =>
  (node, context) => {
    const [x] = node.inputs as readonly [Value];
    const y = node.outputs[0] as Value;
    const axes = node.attributes.axes as readonly number[];
    if (!context.isTaken(x) || !isRows(x) || !axes.includes(0)) return undefined;
    const size = Number(sizeOfValue(y));
    const [sums, whole] = [true, false].map((perSample) => loopsOfSum(x, axes, size, perSample));
    if (!sums || !whole) return undefined;
    const added = axes.reduce((count, axis) => {
      const dim = x.shape[axis] as Dim;
      return count * (isStatic(dim) ? dim : dim.factor);
    }, 1);
    const { add, div, first } = binaryNumbers;
    return [
      {
        name: isMean ? "mean over the batch" : "sum over the batch",
        nodes: [node],
        inputs: [x],
        weights: [],
        outputs: [y],
        kept: [],
        forward(emit) {
          const total = emit.state("total", 4 * size, "part");
          const each = emit.scratch(4 * size);
          emit.begin(kernel("fill", total, size, 0));
          emit.block(
            kernel("fill", each, { perRow: size }, 0),
            rareKernel("broadcastAdjoint", add, 0, ...loopNumbers(sums, 0, 0), emit.place(x), each),
            kernel("activationAdjoint", each, 0, { perRow: 1 }, size, activationNumbers.none, total),
          );
          emit.gather(total, (own, other) => kernel("add", own, other, size));
          if (!isMean) {
            emit.last(kernel("copy", emit.place(y), total, size));
            return;
          }
          const count = emit.state("count", 4);
          const loops = loopNumbers({ sizes: [1, 1, 1, size], strides: [[0, 0, 0, 1]] }, total, count);
          emit.last(
            kernel("fill", count, 1, { perRow: added }),
            rareKernel("broadcast", div, ...loops, emit.place(y)),
          );
        },
        adjoint(emit) {
          const dy = emit.outputGradient(y);
          const dx = emit.inputGradient(x);
          if (!dy || !dx) return;
          const count = isMean ? emit.state("count", 4) : dy;
          emit.block(rareKernel("broadcast", isMean ? div : first, ...loopNumbers(whole, dy, count), dx));
        },
      },
    ];
  };

export const totalOverBatch = overBatch(false);
export const meanOverBatch = overBatch(true);
