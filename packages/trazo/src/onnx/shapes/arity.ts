import type { NodeProto } from "onnx-buf";
import { fail } from "./rule.js";

/** How many of its first inputs an operator cannot do without, where it is more than one, and how many it takes at most. */
const inputs: Readonly<Record<string, readonly [least: number, most: number]>> = {
  ...counts("Add Sub Mul Div Pow MatMul PRelu Expand Tile", 2, 2),
  ...counts("Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor", 2, 2),
  ...counts("Gather Reshape", 2, 2),
  ...counts("Where InstanceNormalization GroupNormalization", 3, 3),
  BatchNormalization: [5, 5],
  LayerNormalization: [2, 3],
  Conv: [2, 3],
  Gemm: [2, 3],
  ConvInteger: [2, 4],
  MatMulInteger: [2, 4],
  QLinearConv: [8, 9],
  QLinearMatMul: [8, 8],
  QuantizeLinear: [2, 3],
  DequantizeLinear: [2, 3],
  Constant: [0, 0],
  Clip: [1, 3],
  Dropout: [1, 3],
  Slice: [1, 5],
  Pad: [1, 4],
  ...counts("Split Squeeze Unsqueeze", 1, 2),
};

function counts(names: string, least: number, most: number): Record<string, readonly [number, number]> {
  return Object.fromEntries(names.split(" ").map((name) => [name, [least, most]]));
}

const reduces = /^Reduce/;
const takesAny = new Set(["Concat", "Sum", "Mean", "Max", "Min"]);

/**
 * Checks what the runtime looks up without asking: that the inputs which an operator needs are there, and that there are no more than
 * it knows.
 *
 * @throws TrazoError when one is missing or left over
 */
export function requireInputs(node: NodeProto): void {
  const { opType, input } = node;
  const isAny = takesAny.has(opType);
  const [least, most] = (Object.hasOwn(inputs, opType) && inputs[opType]) || [
    1,
    reduces.test(opType) ? 2 : 1,
  ];
  const given = input.findLastIndex((name) => name !== "") + 1;
  const needed = isAny ? Math.max(1, given) : least;
  for (let i = 0; i < needed; i++) if (!input[i]) fail(node, `its input ${i} is missing.`);
  if (!isAny && given > most) fail(node, `it has ${given} inputs, but takes ${most} at most.`);
}
