import { binaryNumbers } from "../../kernels/rare-plan-kernels.js";
import { isRows } from "../task/rows.js";
import type { Operator } from "../task/task.js";
import { addGradient, loopArguments, pairOf } from "./operands.js";
import { rareKernel } from "./rare-kernel.js";

/** A function of two values of other shapes, of samples or the same for all. */
export const broadcasting =
  (name: "add" | "sub" | "mul" | "div" | "max" | "min"): Operator =>
  (node, context) => {
    const found = pairOf(node, context);
    if (found?.y.dtype !== "float32") return undefined;
    const { operands, inputs, weights, y, a, b, loops } = found;
    const op = binaryNumbers[name];
    return [
      {
        name: `broadcasting ${name}`,
        nodes: [node],
        inputs,
        weights,
        outputs: [y],
        kept: ["add", "sub"].includes(name) ? [] : operands.filter(isRows),
        forward: (emit) =>
          emit.block(rareKernel("broadcast", op, ...loopArguments(emit, loops, a, b), emit.place(y))),
        adjoint(emit) {
          const dy = emit.outputGradient(y);
          if (!dy) return;
          for (const [second, operand] of operands.entries()) {
            addGradient(emit, found, operand, (d) =>
              rareKernel("broadcastAdjoint", op, second, ...loopArguments(emit, loops, a, b), dy, d),
            );
          }
        },
      },
    ];
  };
