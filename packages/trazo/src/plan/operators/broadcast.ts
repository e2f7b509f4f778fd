import { isStatic } from "../../graph/shape.js";
import type { Value } from "../../graph/value.js";
import { binaryNumbers } from "../../kernels/rare-plan-kernels.js";
import { kernel } from "../program/steps.js";
import type { Emitter, MatchContext, Operator, Task } from "../task/task.js";
import { broadcastStrides, loopNumbers, loopsOver, sizeOfValue } from "./loops.js";
import { rareKernel } from "./rare-kernel.js";

/** Whether a value is the same for all samples: a weight, a constant, or something made of these. */
const isFixed = ({ dtype, shape }: Value): boolean => dtype === "float32" && shape.every(isStatic);

/** A function of two values of other shapes: of samples that the plan computes, and of samples or what is the same for all. */
export const broadcasting =
  (name: keyof typeof binaryNumbers): Operator =>
  (node, context) => {
    const [a, b] = node.inputs as readonly [Value, Value];
    const y = node.outputs[0] as Value;
    const rank = y.shape.length;
    const operands = [a, b];
    if (
      !context.isSamples(y) ||
      node.inputs.length !== 2 ||
      !operands.every((one) => isOperand(one, rank, context))
    )
      return undefined;
    if (!operands.some((one) => context.isSamples(one) && context.isCovered(one))) return undefined;
    const loops = loopsOver(
      y.shape,
      operands.map((one) => broadcastStrides(one, rank)),
    );
    if (!loops) return undefined;
    const op = binaryNumbers[name];
    const samples = operands.filter((one) => context.isSamples(one));
    const arrays = (emit: Emitter) => loopNumbers(loops, emit.place(a), emit.place(b));
    const adjoint = (emit: Emitter): void => {
      const dy = emit.outputGradient(y);
      if (!dy) return;
      for (const [second, operand] of operands.entries()) {
        const size = sizeOfValue(operand);
        if (context.isSamples(operand)) {
          const d = emit.inputGradient(operand);
          if (d)
            emit.block(
              kernel("fill", d, size, 0),
              rareKernel("broadcastAdjoint", op, second, ...arrays(emit), dy, d),
            );
          continue;
        }
        const d = emit.weightGradient(operand, "sum");
        if (!d) continue;
        // First the block's own sum: long sums lose digits.
        const part = emit.scratch(0, 4 * Number(size));
        emit.block(
          kernel("fill", part, size, 0),
          rareKernel("broadcastAdjoint", op, second, ...arrays(emit), dy, part),
          kernel("add", d.place, part, size),
        );
      }
    };
    const task: Task = {
      name: `broadcasting ${name}`,
      nodes: [node],
      inputs: samples,
      weights: operands.filter((one) => !context.isSamples(one)),
      outputs: [y],
      kept: ["add", "sub"].includes(name) ? [] : samples,
      forward: (emit) => emit.block(rareKernel("broadcast", op, ...arrays(emit), emit.place(y))),
      adjoint,
    };
    return [task];
  };

const isOperand = (value: Value, rank: number, context: MatchContext): boolean =>
  isFixed(value) || (context.isSamples(value) && value.shape.length === rank);
