import type { NodeProto } from "onnx-buf";
import type { FileForm } from "../graph/operator.js";
import { fail } from "../onnx-format/shape-rule.js";

/**
 * Checks what the runtime looks up without asking: that the inputs which an operator needs are there, and that there are no more than
 * it knows.
 *
 * @throws TrazoError when one is missing or left over
 */
export function requireInputs(node: NodeProto, { inputs: [least, most] }: FileForm): void {
  const given = node.input.findLastIndex((name) => name !== "") + 1;
  const needed = most === Number.POSITIVE_INFINITY ? Math.max(least, given) : least;
  for (let i = 0; i < needed; i++) if (!node.input[i]) fail(node, `its input ${i} is missing.`);
  if (given > most) fail(node, `it has ${given} inputs, but takes ${most} at most.`);
}
