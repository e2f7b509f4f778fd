import type { GraphProto, NodeProto, TensorProto } from "onnx-buf";
import { elementType } from "../../onnx-format/element-types.js";
import { intAttribute, protoNode, protoTensor } from "../../onnx-format/proto.js";
import { type Tensor, tensor } from "../../tensor.js";
import { type Product, productsOf } from "./products.js";
import { dequantizedWeights } from "./qdq.js";
import { int8Tensor, quantizeWeights } from "./weights.js";

/**
 * The largest weight. With bytes from 0 to 255 two products fit into 16 bits, which is where many processors add them up first:
 * 2 * 255 * 64 < 2^15. With 127 they would be cut off there, and the same file give other numbers on other machines.
 */
export const largestFactor = 64;

/** The largest weight where it becomes a float again before anything is multiplied. */
const largestInt8 = 127;

/**
 * Matrix products in integers: their inputs are scaled to bytes as they come, by the least and largest of each run. Convolutions,
 * which hold few weights, keep computing with floats, from int8 weights.
 */
export function quantizeDynamically(graph: GraphProto): void {
  const products = new Map(productsOf(graph).map((product) => [product.node, product]));
  const scaled = new Set<string>();
  graph.node = graph.node.flatMap((node) => {
    const product = products.get(node);
    if (!product) return [node];
    const rewritten = product.kind === "Conv" ? storedAsInt8(product) : inWholeNumbers(product, scaled);
    graph.initializer.push(...rewritten.tensors);
    return rewritten.nodes;
  });
}

interface Rewritten {
  readonly nodes: readonly NodeProto[];
  readonly tensors: readonly TensorProto[];
}

function storedAsInt8({ node, weights, channelAxis }: Product): Rewritten {
  const [x = "", kernel = "", ...bias] = node.input;
  const quantized = quantizeWeights(weights, channelAxis, largestInt8);
  const made = dequantizedWeights(kernel, weights.shape, quantized, channelAxis);
  const [dequantize] = made.nodes as [NodeProto];
  const reading = protoNode(
    node.opType,
    [x, dequantize.output[0] as string, ...bias],
    node.output,
    node.attribute,
  );
  return { nodes: [dequantize, reading], tensors: made.tensors };
}

/** ONNX's pattern, which runtimes know as one operator: DynamicQuantizeLinear, MatMulInteger, then the scales and the bias. */
function inWholeNumbers(product: Product, scaled: Set<string>): Rewritten {
  const { node, input, bias } = product;
  const [kernel = "", output = ""] = [node.input[1], node.output[0]];
  const weights = asColumns(product);
  const { values, scales } = quantizeWeights(weights, 1, largestFactor);
  const bytes = [`${input}_bytes`, `${input}_scale`, `${input}_zero`] as const;
  const scale: NodeProto[] = scaled.has(input) ? [] : [protoNode("DynamicQuantizeLinear", [input], bytes)];
  scaled.add(input);
  const [sums, floats, factor] = [`${output}_sums`, `${output}_floats`, `${output}_factor`];
  const weighted = bias ? `${output}_product` : output;
  const nodes = [
    ...scale,
    protoNode("MatMulInteger", [bytes[0], `${kernel}_int8`, bytes[2]], [sums]),
    protoNode("Cast", [sums], [floats], [intAttribute("to", elementType.float32)]),
    protoNode("Mul", [bytes[1], `${kernel}_scales`], [factor]),
    protoNode("Mul", [floats, factor], [weighted]),
    ...(bias ? [protoNode("Add", [weighted, bias], [output])] : []),
  ];
  const tensors = [
    int8Tensor(`${kernel}_int8`, weights.shape, values),
    protoTensor(`${kernel}_scales`, tensor("float32", [scales.length], scales)),
  ];
  return { nodes, tensors };
}

/** Weights `[inputs, outputs]`, as MatMulInteger wants them. */
function asColumns({ weights, channelAxis }: Product): Tensor<"float32"> {
  if (channelAxis === 1) return weights;
  const [rows, columns] = weights.shape as [number, number];
  const turned = weights.data.map(
    (_, i) => weights.data[(i % rows) * columns + Math.floor(i / rows)] as number,
  );
  return tensor("float32", [columns, rows], turned);
}
