import type { Value } from "../../graph/value.js";
import { sizeOfValue } from "../task/rows.js";
import type { Operator } from "../task/task.js";
import { rareKernel } from "./rare-kernel.js";
import { unary } from "./unary.js";

/** Shares along the last axis that add up to 1, or their logarithms. */
const sharing =
  (logs: 0 | 1): Operator =>
  (node, context) => {
    const [x] = node.inputs as readonly [Value];
    const y = node.outputs[0] as Value;
    if (!context.isTaken(x) || x.shape.length < 2) return undefined;
    const length = x.shape.at(-1) as number;
    const rows = sizeOfValue(x, length);
    return unary({
      node,
      kept: [y],
      forward: (emit, from, to) => emit.block(rareKernel("softmax", from, rows, length, logs, to)),
      adjoint: (emit, dy, dx) =>
        emit.block(rareKernel("softmaxAdjoint", dy, emit.place(y), rows, length, logs, dx)),
    });
  };

export const softmax = sharing(0);
export const logSoftmax = sharing(1);
