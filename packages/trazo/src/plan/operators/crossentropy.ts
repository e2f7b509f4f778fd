import { shapesEqual } from "../../graph/shape.js";
import type { Value } from "../../graph/value.js";
import { binaryNumbers } from "../../kernels/rare-plan-kernels.js";
import { kernel } from "../program/steps.js";
import { isRows, sizeOfValue } from "../task/rows.js";
import type { Operator } from "../task/task.js";
import { loopNumbers } from "./loops.js";
import { otherInput } from "./other-input.js";
import { rareKernel } from "./rare-kernel.js";

/** Minus the sum along the last axis of targets times the logarithms of a softmax, written as these steps. */
export const crossentropy: Operator = (node, context) => {
  const [x] = node.inputs as readonly [Value];
  const logs = node.outputs[0] as Value;
  const product = context.only(logs);
  const targets = product?.op === "Mul" ? otherInput(product, logs) : undefined;
  const sum = product && context.only(product.outputs[0] as Value);
  const negative = sum?.op === "ReduceSum" ? context.only(sum.outputs[0] as Value) : undefined;
  const last = x.shape.length - 1;
  if (!product || !sum || negative?.op !== "Neg" || String(sum.attributes.axes) !== String(last))
    return undefined;
  if (!context.isTaken(x) || !context.isTaken(targets) || !isRows(x) || !shapesEqual(x.shape, targets.shape))
    return undefined;
  const y = negative.outputs[0] as Value;
  const length = Number(x.shape[last]);
  const rows = sizeOfValue(x, length);
  return [
    {
      name: "crossentropy",
      nodes: [node, product, sum, negative],
      inputs: [x, targets],
      weights: [],
      outputs: [y],
      kept: [x, targets],
      forward: (emit) =>
        emit.block(
          rareKernel("crossentropy", emit.place(x), emit.place(targets), rows, length, emit.place(y)),
        ),
      adjoint(emit) {
        const dy = emit.outputGradient(y);
        if (!dy) return;
        const dTargets = emit.inputGradient(targets);
        if (dTargets) {
          const strides = [
            [0, 0, length, 1],
            [0, 0, 1, 0],
          ];
          const loops = loopNumbers({ sizes: [1, 1, rows, length], strides }, dTargets, dy);
          emit.block(
            rareKernel("softmax", emit.place(x), rows, length, 1, dTargets),
            rareKernel("broadcast", binaryNumbers.mul, ...loops, dTargets),
            kernel("scale", dTargets, sizeOfValue(x), -1),
          );
        }
        const dx = emit.inputGradient(x);
        if (!dx) return;
        const places = [dy, emit.place(x), emit.place(targets)] as const;
        emit.block(rareKernel("crossentropyAdjoint", ...places, rows, length, dx));
      },
    },
  ];
};
