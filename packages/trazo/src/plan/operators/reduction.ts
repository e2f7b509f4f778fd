import type { Value } from "../../graph/value.js";
import { binaryNumbers } from "../../kernels/rare-plan-kernels.js";
import { kernel } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { Operator } from "../task/task.js";
import { loopNumbers, loopsOver, stridesOf } from "./loops.js";
import { rareKernel } from "./rare-kernel.js";
import { unary } from "./unary.js";

/** A sum or a mean along axes of a sample. */
const reducing =
  (isMean: boolean): Operator =>
  (node, context) => {
    const [x] = node.inputs as readonly [Value];
    const y = node.outputs[0] as Value;
    const axes = node.attributes.axes as readonly number[];
    if (!context.isSamples(x) || !context.isCovered(x) || axes.includes(0)) return undefined;
    const shape = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
    const loops = loopsOver(x.shape, [stridesOf({ shape })]);
    if (!loops) return undefined;
    const factor = isMean ? rowSize(y) / rowSize(x) : 1;
    const [from, to] = [{ perRow: rowSize(x) }, { perRow: rowSize(y) }];
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
