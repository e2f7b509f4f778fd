import type { Value } from "../../graph/value.js";
import { binaryNumbers } from "../../kernels/rare-plan-kernels.js";
import { kernel } from "../program/steps.js";
import { isFixed, sizeOfValue } from "../task/rows.js";
import type { Operator } from "../task/task.js";
import { loopNumbers, loopsOver, stridesOf } from "./loops.js";
import { rareKernel } from "./rare-kernel.js";
import { unary } from "./unary.js";

/** A sum or a mean along axes of a sample, or of what is the same for all. */
const reducing =
  (isMean: boolean): Operator =>
  (node, context) => {
    const [x] = node.inputs as readonly [Value];
    const y = node.outputs[0] as Value;
    const axes = node.attributes.axes as readonly number[];
    if (!context.isTaken(x) || (axes.includes(0) && !isFixed(x))) return undefined;
    const shape = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
    const loops = loopsOver(x.shape, [stridesOf({ shape })]);
    if (!loops) return undefined;
    const [from, to] = [sizeOfValue(x), sizeOfValue(y)];
    const factor = axes.reduce((share, axis) => share / Number(x.shape[axis]), 1);
    return unary({
      node,
      forward(emit, source, target) {
        // A sum is the gradient of what is repeated.
        const arrays = loopNumbers(loops, 0, 0);
        emit.block(
          kernel("fill", target, to, 0),
          rareKernel("broadcastAdjoint", binaryNumbers.add, 0, ...arrays, source, target),
        );
        if (isMean) emit.block(kernel("scale", target, to, factor));
      },
      adjoint(emit, dy, dx) {
        emit.block(rareKernel("broadcast", binaryNumbers.first, ...loopNumbers(loops, dy, dy), dx));
        if (isMean) emit.block(kernel("scale", dx, from, factor));
      },
    });
  };

export const sum = reducing(false);
export const mean = reducing(true);
