import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { AttributeProto_AttributeType as AttributeType, type GraphProto, ModelProtoSchema } from "onnx-buf";
import { randomStream } from "../../src/random/derive.js";
import type { Damaged } from "./damage.js";

const extremes = [
  0n,
  1n,
  2n,
  3n,
  -1n,
  -2n,
  7n,
  64n,
  1n << 16n,
  1n << 20n,
  (1n << 31n) - 1n,
  1n << 40n,
  (1n << 63n) - 1n,
];

/**
 * Damage that flipped bytes rarely make: the file is still a well-formed protocol buffer, but one to three numbers, names or operators
 * in its graph are others. The same number gives the same damage.
 */
export function damageGraph(whole: Uint8Array, seed: number): Damaged {
  const model = fromBinary(ModelProtoSchema, Uint8Array.from(whole));
  const stream = randomStream(seed, "graph damage");
  const below = (limit: number): number => Math.floor(stream.uniform() * limit);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const graph = model.graph as GraphProto;
  const number = (): bigint => (stream.uniform() < 0.7 ? pick(extremes) : BigInt(below(300) - 100));

  const attribute = (): string => {
    const node = pick(graph.node.filter((one) => one.attribute.length > 0));
    const one = pick(node.attribute);
    if (one.type === AttributeType.INTS && one.ints.length > 0) one.ints[below(one.ints.length)] = number();
    else if (one.t) one.t.rawData = new Uint8Array(BigInt64Array.of(number()).buffer);
    else one.i = number();
    return `${node.opType}.${one.name} = ${one.type === AttributeType.INTS ? one.ints : one.i}`;
  };
  const shape = (): string => {
    const tensor = pick(graph.initializer);
    const at = below(tensor.dims.length + 1);
    tensor.dims[at] = number();
    return `${tensor.name} has dims ${tensor.dims}`;
  };
  const swappedShape = (): string => {
    const tensor = pick(graph.initializer);
    tensor.dims.reverse();
    return `${tensor.name} has dims ${tensor.dims}`;
  };
  const content = (): string => {
    const shapes = graph.initializer.filter(({ dataType }) => dataType === 7);
    if (shapes.length === 0) return attribute();
    const tensor = pick(shapes);
    const values = new BigInt64Array(Uint8Array.from(tensor.rawData).buffer);
    values[below(values.length)] = number();
    tensor.rawData = new Uint8Array(values.buffer);
    return `${tensor.name} holds ${values}`;
  };
  const wiring = (): string => {
    const at = below(graph.node.length);
    const node = pick(graph.node);
    const earlier = [
      ...graph.initializer.map(({ name }) => name),
      ...graph.node.slice(0, at).flatMap((n) => n.output),
    ];
    const place = below(node.input.length + 1);
    node.input[place] = pick(earlier);
    return `${node.opType} reads ${node.input}`;
  };
  const operator = (): string => {
    const node = pick(graph.node);
    node.opType = pick(otherOperators);
    return `${node.name} is ${node.opType}`;
  };
  const type = (): string => {
    const tensor = pick(graph.initializer);
    tensor.dataType = 1 + below(16);
    return `${tensor.name} has the type ${tensor.dataType}`;
  };
  const extra = (): string => {
    const node = pick(graph.node);
    const attributes = graph.node.flatMap((one) => one.attribute);
    node.attribute.push(pick(attributes));
    return `${node.opType} has ${node.attribute.map(({ name }) => name)}`;
  };

  const kinds = [attribute, attribute, shape, swappedShape, content, wiring, operator, type, extra];
  const how = Array.from({ length: 1 + below(3) }, () => pick(kinds)()).join("; ");
  return { bytes: toBinary(ModelProtoSchema, model), how, changed: 0 };
}

const otherOperators = [
  ...[
    "Conv",
    "ConvInteger",
    "Gemm",
    "MatMul",
    "MaxPool",
    "AveragePool",
    "LpPool",
    "GlobalAveragePool",
    "LRN",
    "Softmax",
  ],
  ...[
    "Reshape",
    "Flatten",
    "Transpose",
    "Squeeze",
    "Unsqueeze",
    "Concat",
    "Gather",
    "Slice",
    "Split",
    "Expand",
    "Tile",
    "Pad",
  ],
  ...[
    "Shape",
    "Size",
    "Constant",
    "ConstantOfShape",
    "Cast",
    "Div",
    "Where",
    "ReduceMean",
    "ArgMax",
    "DepthToSpace",
  ],
  ...[
    "QuantizeLinear",
    "DequantizeLinear",
    "DynamicQuantizeLinear",
    "MatMulInteger",
    "BatchNormalization",
    "Dropout",
  ],
  ...["Loop", "If", "Resize", "Einsum", "PRelu", "Hardmax", "LayerNormalization", "InstanceNormalization"],
];
