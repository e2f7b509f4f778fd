import type { GraphProto, NodeProto, TensorProto } from "onnx-buf";
import { protoNode, protoTensor } from "../onnx-format/proto.js";
import { storedTensor } from "../onnx-format/stored-tensor.js";
import type { Tensor } from "../tensor.js";
import { foldNode } from "./fold.js";

/**
 * The same graph with what depends on weights alone computed, and biases inside the convolutions and matrix products that they follow:
 * fewer nodes to run and to read, and weights that a quantizer finds in place.
 */
export function simplify(graph: GraphProto): void {
  foldConstants(graph);
  fuseBiases(graph);
  dropUnused(graph);
}

function foldConstants(graph: GraphProto): void {
  const constants = constantsOf(graph);
  const kept: NodeProto[] = [];
  for (const node of graph.node) {
    const [output] = node.output as [string];
    const inputs = node.input.map((name) => constants.get(name));
    const folded =
      inputs.every((input) => input) && !isOutput(graph, output) ? foldNode(node, inputs) : undefined;
    if (folded) {
      constants.set(output, folded);
      graph.initializer.push(protoTensor(output, folded));
    } else kept.push(node);
  }
  graph.node = kept;
}

const constantsOf = (graph: GraphProto): Map<string, Tensor> =>
  new Map(
    graph.initializer.flatMap((proto) => {
      const content = storedTensor(proto);
      return content ? [[proto.name, content] as const] : [];
    }),
  );

const isOutput = (graph: GraphProto, name: string): boolean =>
  graph.output.some((output) => output.name === name);

/** Conv and Gemm without a bias, followed by the addition of one number per channel. */
function fuseBiases(graph: GraphProto): void {
  const stored = new Map(graph.initializer.map((proto) => [proto.name, proto]));
  const removed = new Set<NodeProto>();
  for (const node of graph.node) {
    const [output] = node.output as [string];
    if (!biased.has(node.opType) || node.input.length !== 2 || isOutput(graph, output)) continue;
    const users = graph.node.filter(({ input }) => input.includes(output));
    const [add] = users;
    if (users.length !== 1 || add?.opType !== "Add") continue;
    const bias = stored.get(add.input.find((name) => name !== output) ?? "");
    const flat = bias && asVector(bias, node);
    if (!flat) continue;
    stored.set(flat.name, flat);
    if (flat !== bias) graph.initializer.push(flat);
    const [sum] = add.output as [string];
    const fused = protoNode(node.opType, [...node.input, flat.name], [sum], node.attribute);
    graph.node[graph.node.indexOf(node)] = fused;
    removed.add(add);
  }
  graph.node = graph.node.filter((node) => !removed.has(node));
}

const biased = new Set(["Conv", "Gemm"]);

/** A bias as Conv and Gemm want it, `[channels]`; undefined where it is something else. */
function asVector(bias: TensorProto, { opType }: NodeProto): TensorProto | undefined {
  const shape = bias.dims.map(Number);
  if (opType === "Gemm") return shape.length === 1 ? bias : undefined;
  const isChannels = shape.length === 3 && shape[1] === 1 && shape[2] === 1;
  const content = isChannels && storedTensor(bias);
  return content
    ? protoTensor(`${bias.name}_vector`, { ...content, shape: [shape[0] as number] })
    : undefined;
}

/** Drops stored tensors that nothing reads, and their old place among the inputs. */
export function dropUnused(graph: GraphProto): void {
  const used = new Set([
    ...graph.node.flatMap(({ input }) => input),
    ...graph.output.map(({ name }) => name),
  ]);
  const dropped = new Set(graph.initializer.map(({ name }) => name).filter((name) => !used.has(name)));
  graph.initializer = graph.initializer.filter(({ name }) => !dropped.has(name));
  graph.input = graph.input.filter(({ name }) => !dropped.has(name));
}
