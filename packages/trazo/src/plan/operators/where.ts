import type { Value } from "../../graph/value.js";
import { binaryNumbers } from "../../kernels/rare-plan-kernels.js";
import { kernel } from "../program/steps.js";
import { isRows, rowSize, sizeOfValue } from "../task/rows.js";
import type { Operator } from "../task/task.js";
import { addGradient, loopArguments, loopsOf, operandsOf } from "./operands.js";
import { rareKernel } from "./rare-kernel.js";

/** One value where a condition holds, another where it does not: the sum of each with zeros in the other's places. */
export const where: Operator = (node, context) => {
  const found = operandsOf(node, context);
  if (found?.y.dtype !== "float32") return undefined;
  const { operands, inputs, weights, y } = found;
  const [condition, ...values] = operands as readonly [Value, Value, Value];
  const choices = values.flatMap((value, i) => {
    const loops = loopsOf(y, condition, value);
    return loops ? [{ value, loops, op: i === 0 ? binaryNumbers.where : binaryNumbers.otherwise }] : [];
  });
  if (choices.length < values.length) return undefined;
  const size = sizeOfValue(y);
  return [
    {
      name: "where",
      nodes: [node],
      inputs,
      weights,
      outputs: [y],
      kept: isRows(condition) ? [condition] : [],
      differentiates: inputs.filter((input) => values.includes(input)),
      forward(emit) {
        const to = emit.place(y);
        const more = isRows(y) ? emit.scratch(4 * rowSize(y)) : emit.scratch(0, 4 * Number(size));
        for (const [i, { value, loops, op }] of choices.entries()) {
          const target = i === 0 ? to : more;
          emit.block(rareKernel("broadcast", op, ...loopArguments(emit, loops, condition, value), target));
        }
        emit.block(kernel("add", to, more, size));
      },
      adjoint(emit) {
        const dy = emit.outputGradient(y);
        if (!dy) return;
        for (const { value, loops, op } of choices) {
          addGradient(emit, found, value, (d) =>
            rareKernel("broadcastAdjoint", op, 1, ...loopArguments(emit, loops, condition, value), dy, d),
          );
        }
      },
    },
  ];
};
