import type { GraphProto, NodeProto } from "onnx-buf";
import { attributeType } from "../../onnx-format/attribute-type.js";
import { attribute, intOf } from "../../onnx-format/attributes.js";
import { isFloat, storedTensor } from "../../onnx-format/stored-tensor.js";
import type { Tensor } from "../../tensor.js";

/** A convolution or matrix product with stored weights: what quantizing is about. */
export interface Product {
  readonly node: NodeProto;
  readonly kind: "Conv" | "Gemm" | "MatMul";
  /** Name of the activations that go in. */
  readonly input: string;
  readonly weights: Tensor<"float32">;
  /** The axis of the weights that counts the channels of the output. */
  readonly channelAxis: number;
  /** The bias' name; undefined where there is none. */
  readonly bias: string | undefined;
  readonly biasValues: Tensor<"float32"> | undefined;
}

/** All products of a graph that can be quantized, in its order. */
export function productsOf(graph: GraphProto): Product[] {
  const stored = new Map(graph.initializer.map((proto) => [proto.name, proto]));
  const floats = (name: string | undefined): Tensor<"float32"> | undefined => {
    const proto = name ? stored.get(name) : undefined;
    const content = proto && storedTensor(proto);
    return isFloat(content) ? content : undefined;
  };
  return graph.node.flatMap((node) => {
    const [input = "", kernel, bias] = node.input;
    const weights = floats(kernel);
    const biasValues = floats(bias);
    const kind = node.opType;
    if (kind !== "Conv" && kind !== "Gemm" && kind !== "MatMul") return [];
    if (!weights || stored.has(input) || (bias && !biasValues) || !isPlain(node, weights, biasValues))
      return [];
    return [
      { node, kind, input, weights, channelAxis: channelAxis(node), bias: bias || undefined, biasValues },
    ];
  });
}

/** Without the variations that Gemm has, and with a bias of one number per channel. */
function isPlain(node: NodeProto, weights: Tensor, bias: Tensor | undefined): boolean {
  if (node.opType === "Conv") return true;
  if (weights.shape.length !== 2 || (bias && bias.shape.length !== 1)) return false;
  const factors = ["alpha", "beta"].map((name) => attribute(node, name, attributeType.FLOAT)?.f ?? 1);
  return (
    node.opType === "MatMul" ||
    (factors.every((factor) => factor === 1) && (intOf(node, "transA") ?? 0) === 0)
  );
}

const channelAxis = (node: NodeProto): number => {
  if (node.opType === "Conv") return 0;
  return (intOf(node, "transB") ?? 0) === 0 ? 1 : 0;
};
