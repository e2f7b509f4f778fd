import type { Shape, Value } from "../../graph/value.js";
import { binaryNumbers } from "../../kernels/rare-plan-kernels.js";
import type { KernelStep, Place } from "../program/program.js";
import type { Operator } from "../task/task.js";
import { type Loops, loopNumbers, loopsOver, stridesOf } from "./loops.js";
import { rareKernel } from "./rare-kernel.js";
import { unary } from "./unary.js";

/** Loops over values in the order of a permutation's result. */
function permuted(shape: Shape, perm: readonly number[]): Loops | undefined {
  const strides = stridesOf({ shape });
  const result = perm.map((axis) => shape[axis] as Shape[number]);
  return loopsOver(result, [perm.map((axis) => strides[axis] as number)]);
}

/** Axes of a sample in another order. */
export const transposition: Operator = (node, context) => {
  const [x] = node.inputs as readonly [Value];
  const y = node.outputs[0] as Value;
  const perm = node.attributes.perm as readonly number[];
  if (!context.isSamples(x) || !context.isCovered(x) || perm[0] !== 0) return undefined;
  const back = perm.map((_, axis) => perm.indexOf(axis));
  const [there, home] = [permuted(x.shape, perm), permuted(y.shape, back)];
  if (!there || !home) return undefined;
  const moved = (loops: Loops, from: Place, to: Place): KernelStep =>
    rareKernel("broadcast", binaryNumbers.first, ...loopNumbers(loops, from, from), to);
  return unary({
    node,
    forward: (emit, from, to) => emit.block(moved(there, from, to)),
    adjoint: (emit, dy, dx) => emit.block(moved(home, dy, dx)),
  });
};
