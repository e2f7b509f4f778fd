import type { GraphProto, NodeProto } from "onnx-buf";
import { intAttribute, protoNode, protoTensor } from "../../onnx-format/proto.js";
import { tensor } from "../../tensor.js";
import { largestFactor } from "./dynamic.js";
import { type Product, productsOf } from "./products.js";
import { type ByteRange, dequantizedWeights, type Made, throughBytes } from "./qdq.js";
import { type QuantizedWeights, quantizeWeights } from "./weights.js";

/**
 * Names of the activations that static quantization makes bytes of: what goes into a product, and what comes out of one, after its
 * ReLU where it has one. What only outputs are made of stays float: softmax often follows.
 */
export function activationsToMeasure(graph: GraphProto): string[] {
  const products = productsOf(graph);
  const before = leadingTo(graph, new Set(products.map(({ node }) => node)));
  const outputs = products
    .map(({ node }) => node.output[0] as string)
    .filter((name) => before.has(name))
    .map((name) => afterRelu(graph, name));
  return [...new Set([...products.map(({ input }) => input), ...outputs])];
}

/** The values of which any of some nodes are made. */
function leadingTo(graph: GraphProto, nodes: ReadonlySet<NodeProto>): ReadonlySet<string> {
  const before = new Set<string>();
  for (const node of graph.node.toReversed()) {
    if (!nodes.has(node) && !node.output.some((name) => before.has(name))) continue;
    for (const name of node.input) before.add(name);
  }
  return before;
}

function afterRelu(graph: GraphProto, name: string): string {
  const users = graph.node.filter(({ input }) => input.includes(name));
  const [relu] = users;
  return users.length === 1 && relu?.opType === "Relu" ? (relu.output[0] as string) : name;
}

/**
 * Activations and weights in integers, by scales that are fixed: ONNX's QuantizeLinear and DequantizeLinear around every
 * convolution and matrix product.
 *
 * @param ranges what `activationsToMeasure` named, measured
 */
export function quantizeStatically(graph: GraphProto, ranges: ReadonlyMap<string, ByteRange>): void {
  const products = new Map(productsOf(graph).map((product) => [product.node, product]));
  const nodes: NodeProto[] = [];
  const add = ({ nodes: made, tensors }: Made): void => {
    nodes.push(...made);
    graph.initializer.push(...tensors);
  };
  const readable = (name: string): string => (ranges.has(name) ? `${name}_dequantized` : name);
  const addBytes = (name: string): void => {
    const range = ranges.get(name);
    if (range) add(throughBytes(name, range));
  };
  for (const { name } of graph.input) addBytes(name);
  for (const node of graph.node) {
    const product = products.get(node);
    const range = product && ranges.get(product.input);
    const inputs = node.input.map(readable);
    if (range) add(asWholeNumbers(product, range, inputs));
    else nodes.push(protoNode(node.opType, inputs, node.output, node.attribute));
    for (const name of node.output) addBytes(name);
  }
  graph.node = nodes;
}

function asWholeNumbers(product: Product, range: ByteRange, inputs: readonly string[]): Made {
  const { node, weights, channelAxis, bias, biasValues } = product;
  const kernel = node.input[1] as string;
  // A bias counts in units of both scales; in 32 bits it must not run over, whatever the channel's weights are.
  const quantized = quantizeWeights(
    weights,
    channelAxis,
    largestFactor,
    (channel) => Math.abs(biasValues?.data[channel] ?? 0) / (range.scale * 2 ** 30),
  );
  const kernels = dequantizedWeights(kernel, weights.shape, quantized, channelAxis);
  const biases = bias && biasValues ? dequantizedBias(bias, biasValues.data, range, quantized) : none;
  const reads = [inputs[0] as string, ...kernels.nodes, ...biases.nodes].map((from) =>
    typeof from === "string" ? from : (from.output[0] as string),
  );
  return {
    nodes: [...kernels.nodes, ...biases.nodes, protoNode(node.opType, reads, node.output, node.attribute)],
    tensors: [...kernels.tensors, ...biases.tensors],
  };
}

const none: Made = { nodes: [], tensors: [] };

function dequantizedBias(
  name: string,
  values: Float32Array,
  { scale }: ByteRange,
  { scales }: QuantizedWeights,
): Made {
  const units = scales.map((channel) => channel * scale);
  const counts = Int32Array.from(values, (value, channel) => Math.round(value / (units[channel] as number)));
  const parts = [`${name}_int32`, `${name}_scales`] as const;
  return {
    nodes: [protoNode("DequantizeLinear", parts, [`${name}_dequantized`], [intAttribute("axis", 0)])],
    tensors: [
      protoTensor(parts[0], tensor("int32", [counts.length], counts)),
      protoTensor(parts[1], tensor("float32", [units.length], units)),
    ],
  };
}
