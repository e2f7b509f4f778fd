import { create } from "@bufbuild/protobuf";
import type {
  AttributeProto,
  GraphProto,
  ModelProto,
  NodeProto,
  TensorProto,
  ValueInfoProto,
} from "onnx-buf";
import { intOf } from "../onnx-format/attributes.js";
import { elementType } from "../onnx-format/element-types.js";
import { intAttribute, intsAttribute, protoNode, protoTensor } from "../onnx-format/proto.js";
import { onnxSchemas } from "../onnx-format/schemas.js";
import { type DType, tensor } from "../tensor.js";
import { type SampledImages, sampleImages } from "./sample-images.js";

/** Inputs that hold every sample there is, and how many: a run takes the rows that `rowsName` says. */
export interface ResidentRows {
  /** Of the graph's inputs. */
  readonly names: ReadonlySet<string>;
  readonly count: number;
  /** One of them whose rows are images, of which the graph takes varied ones. */
  readonly sampled?: SampledInput | undefined;
}

/** An input of images that are sampled from others. */
export interface SampledInput extends Omit<SampledImages, "batch"> {
  readonly name: string;
  /** Of the samples. */
  readonly dtype: DType;
}

/** What a graph for a device is made for. */
export interface DeviceBatch {
  /** Samples in it. */
  readonly size: number;
  /** Default: the batch itself is fed. */
  readonly resident?: ResidentRows | undefined;
  /** The length of a value's last axis, by the value's name. */
  widthOf(value: string): number | undefined;
}

/** The graph's name for the numbers of a batch's samples, int32. */
export const rowsName = "rows";

/** The graph's name for all samples of an input. */
export const residentName = (input: string): string => `all/${input}`;

/**
 * Makes a graph one for a device: with a batch of a known size, so that nothing about shapes is left to be computed; with other forms
 * of operators for which ONNX Runtime has no program on GPUs; and where there are such with the rows of a batch picked from all
 * samples. Changes the model that it is given.
 */
export function forDevice(model: ModelProto, batch: DeviceBatch): ModelProto {
  const graph = model.graph as GraphProto;
  for (const input of graph.input) fixBatch(input, batch.size);
  const rewriter = new Rewriter(graph, batch);
  const nodes = graph.node.flatMap((node) => rewriter.rewrite(node));
  graph.node = [...(batch.resident ? residentBatch(graph, batch.size, batch.resident) : []), ...nodes];
  graph.initializer.push(...rewriter.constants);
  return model;
}

function fixBatch({ type }: ValueInfoProto, size: number): void {
  if (type?.value.case !== "tensorType") return;
  for (const dim of type.value.value.shape?.dim ?? []) {
    if (dim.value.case !== "dimParam") continue;
    // As `formatDim` writes it: "batch", or "4*batch".
    const factor = Number.parseInt(dim.value.value, 10);
    dim.value = { case: "dimValue", value: BigInt(size * (Number.isNaN(factor) ? 1 : factor)) };
  }
}

/** Puts all samples in the place of a batch among the inputs, and picks the batch's rows of them. */
function residentBatch(graph: GraphProto, size: number, resident: ResidentRows): NodeProto[] {
  const { names, count, sampled } = resident;
  const nodes: NodeProto[] = [];
  for (const input of graph.input) {
    const { name } = input;
    if (!names.has(name)) continue;
    const isSampled = name === sampled?.name;
    const rows = isSampled ? `${name}/rows` : name;
    nodes.push(protoNode("Gather", [residentName(name), rowsName], [rows], [intAttribute("axis", 0)]));
    input.name = residentName(name);
    const type = input.type?.value.case === "tensorType" ? input.type.value.value : undefined;
    if (type?.shape?.dim[0]) type.shape.dim[0].value = { case: "dimValue", value: BigInt(count) };
    if (!isSampled) continue;
    if (type) type.elemType = elementType[sampled.dtype];
    nodes.push(...sampledRows(graph, rows, { ...sampled, batch: size }));
  }
  graph.input.push(rowNumbers(size));
  return nodes;
}

function sampledRows(graph: GraphProto, rows: string, images: SampledInput & SampledImages): NodeProto[] {
  const { nodes, constants, inputs } = sampleImages(rows, images.name, images);
  graph.initializer.push(...constants);
  graph.input.push(...inputs);
  return [...nodes];
}

const rowNumbers = (size: number): ValueInfoProto =>
  create(onnxSchemas().ValueInfo, {
    name: rowsName,
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType: elementType.int32,
          shape: { dim: [{ value: { case: "dimValue", value: BigInt(size) } }] },
        },
      },
    },
  });

/** Larger than any place, and exact in float32. */
const nowhere = 2 ** 24;

/** Writes nodes in other forms, one after the other. */
class Rewriter {
  readonly constants: TensorProto[] = [];
  readonly #widthOf: DeviceBatch["widthOf"];
  /** Values that something other than a comparison for equality takes, or that the graph gives. */
  readonly #otherwiseUsed: ReadonlySet<string>;
  /** Places of the largest that have become floats. */
  readonly #floats = new Set<string>();

  constructor({ node, output }: GraphProto, { widthOf }: DeviceBatch) {
    this.#widthOf = widthOf;
    const taken = node.filter(({ opType }) => opType !== "Equal").flatMap(({ input }) => input);
    this.#otherwiseUsed = new Set([...taken, ...output.map(({ name }) => name)]);
  }

  rewrite(node: NodeProto): NodeProto[] {
    if (node.opType === "LogSoftmax") return logSoftmax(node);
    if (node.opType === "ArgMax") return this.#argMax(node);
    return node.opType === "Equal" ? this.#equal(node) : [node];
  }

  /** The first of the largest along the last axis, as a float: the smallest of the places where the largest is. */
  #argMax(node: NodeProto): NodeProto[] {
    const [x = "", y = ""] = [node.input[0], node.output[0]];
    const width = this.#widthOf(x);
    if (width === undefined || this.#otherwiseUsed.has(y)) return [node];
    const part = (name: string): string => `${y}_${name}`;
    const places = Float32Array.from({ length: width }, (_, i) => i);
    this.constants.push(
      protoTensor(part("places"), tensor("float32", [width], places)),
      protoTensor(part("nowhere"), tensor("float32", [1], Float32Array.of(nowhere))),
    );
    this.#floats.add(y);
    return [
      protoNode("ReduceMax", [x], [part("largest")], alongLast(1)),
      protoNode("Equal", [x, part("largest")], [part("is_largest")]),
      protoNode("Where", [part("is_largest"), part("places"), part("nowhere")], [part("there")]),
      protoNode("ReduceMin", [part("there")], [y], alongLast(intOf(node, "keepdims") ?? 1)),
    ];
  }

  /** What is compared with a place that has become a float becomes one too. */
  #equal(node: NodeProto): NodeProto[] {
    if (!node.input.some((name) => this.#floats.has(name))) return [node];
    const casts: NodeProto[] = [];
    node.input = node.input.map((name) => {
      if (this.#floats.has(name)) return name;
      const float = `${node.output[0]}_${name}`;
      casts.push(protoNode("Cast", [name], [float], [intAttribute("to", elementType.float32)]));
      return float;
    });
    return [...casts, node];
  }
}

const alongLast = (keepDims: number): AttributeProto[] => [
  intsAttribute("axes", [-1]),
  intAttribute("keepdims", keepDims),
];

/** x - max - log(sum(exp(x - max))), along the last axis. */
function logSoftmax({ input: [x = ""], output: [y = ""] }: NodeProto): NodeProto[] {
  const part = (name: string): string => `${y}_${name}`;
  return [
    protoNode("ReduceMax", [x], [part("largest")], alongLast(1)),
    protoNode("Sub", [x, part("largest")], [part("moved")]),
    protoNode("Exp", [part("moved")], [part("powers")]),
    // Of positive numbers their sum; ReduceSum takes its axes in another form.
    protoNode("ReduceL1", [part("powers")], [part("sum")], alongLast(1)),
    protoNode("Log", [part("sum")], [part("log")]),
    protoNode("Sub", [part("moved"), part("log")], [y]),
  ];
}
