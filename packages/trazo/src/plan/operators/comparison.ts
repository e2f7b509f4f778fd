import { binaryNumbers } from "../../kernels/rare-plan-kernels.js";
import type { Place } from "../program/program.js";
import type { Operator } from "../task/task.js";
import { loopNumbers } from "./loops.js";
import { pairOf } from "./operands.js";
import { rareKernel } from "./rare-kernel.js";
import { isConvertible, numbersAt } from "./raw.js";

/** A comparison of two values: 1 where it is true, else 0. It is flat, so that no gradient flows back. */
export const comparing =
  (name: "greater" | "greaterOrEqual" | "less" | "equal"): Operator =>
  (node, context) => {
    const found = pairOf(node, context, (value) => isConvertible(value, context));
    if (!found) return undefined;
    const { inputs, weights, y, a, b, loops } = found;
    const op = binaryNumbers[name];
    return [
      {
        name,
        nodes: [node],
        inputs,
        weights,
        outputs: [y],
        kept: [],
        differentiates: [],
        forward(emit) {
          const [first, second] = [a, b].map((one) => numbersAt(emit, one, context)) as [Place, Place];
          emit.block(rareKernel("broadcast", op, ...loopNumbers(loops, first, second), emit.place(y)));
        },
        adjoint() {},
      },
    ];
  };
