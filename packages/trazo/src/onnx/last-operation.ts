import type { GraphProto } from "onnx-buf";

/** Operators that hand values on. */
const movers = [
  "Identity",
  "Cast",
  "Reshape",
  "Squeeze",
  "Unsqueeze",
  "Flatten",
  "QuantizeLinear",
  "DequantizeLinear",
];
const linear = ["Gemm", "MatMul", "Add", "Conv", "MatMulInteger"];

/** What made an output: a softmax, a sigmoid, a linear operator, or something else. */
export function lastOperation(
  graph: GraphProto,
  output: string,
): "softmax" | "sigmoid" | "linear" | "unknown" {
  let name = output;
  for (;;) {
    const maker = graph.node.find((node) => node.output.includes(name));
    if (maker?.opType === "Softmax") return "softmax";
    if (maker?.opType === "Sigmoid") return "sigmoid";
    if (!maker || !movers.includes(maker.opType))
      return maker && linear.includes(maker.opType) ? "linear" : "unknown";
    name = maker.input[0] ?? "";
  }
}
