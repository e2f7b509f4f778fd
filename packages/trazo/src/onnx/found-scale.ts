import type { GraphProto, NodeProto } from "onnx-buf";
import { isFloat, storedTensor } from "../onnx-format/stored-tensor.js";

/** Operators that move values and leave them as they are. */
const movers = ["Cast", "Identity", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten"];

/** Factors up to it, and divisors from its inverse on, bring bytes to a small range: 1/255 and 1/127.5 do. */
const byteFactor = 1 / 64;
/** No mean of pixels from 0 to 1 is as large. */
const byteMean = 2;

/**
 * Whether the first thing that a graph does with its input is to scale it as pixels from 0 to 255 are scaled: multiply by something like
 * 1/255, divide by something like 255, or subtract the mean of bytes.
 *
 * @param input the name of the graph's input
 */
export function scalesBytes(graph: GraphProto, input: string): boolean {
  let name = input;
  for (;;) {
    const users = graph.node.filter((node) => node.input.includes(name));
    const [user] = users;
    if (!user || users.length > 1) return false;
    if (!movers.includes(user.opType)) return isScaling(graph, user, name);
    if (user.input[0] !== name) return false;
    name = user.output[0] ?? "";
  }
}

function isScaling(graph: GraphProto, { opType, input }: NodeProto, name: string): boolean {
  const other = input.find((one) => one !== name) ?? "";
  const values = constant(graph, other);
  if (!values || values.length === 0 || values.length > 3) return false;
  const sizes = values.map(Math.abs);
  if (opType === "Mul") return sizes.every((size) => size > 0 && size <= byteFactor);
  if (opType === "Div") return input[0] === name && sizes.every((size) => size >= 1 / byteFactor);
  if (opType === "Sub") return input[0] === name && sizes.every((size) => size >= byteMean);
  return opType === "Add" && sizes.every((size) => size >= byteMean);
}

/** The few numbers of an initializer or of a constant; undefined when they are not known. */
function constant(graph: GraphProto, name: string): number[] | undefined {
  const stored =
    graph.initializer.find((one) => one.name === name) ??
    graph.node
      .find((node) => node.opType === "Constant" && node.output[0] === name)
      ?.attribute.find((one) => one.name === "value")?.t;
  const tensor = stored && storedTensor(stored);
  return isFloat(tensor) ? [...tensor.data] : undefined;
}
