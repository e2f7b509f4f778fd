import { create } from "@bufbuild/protobuf";
import type { GraphProto, ModelProto, NodeProto, ValueInfoProto } from "onnx-buf";
import { elementType } from "../onnx-format/element-types.js";
import { intAttribute, protoNode } from "../onnx-format/proto.js";
import { onnxSchemas } from "../onnx-format/schemas.js";
import type { DType } from "../tensor.js";
import { DeviceForms } from "./device-forms.js";
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
  const forms = new DeviceForms(graph, batch.widthOf);
  const nodes = graph.node.flatMap((node) => forms.of(node));
  graph.node = [...(batch.resident ? residentBatch(graph, batch.size, batch.resident) : []), ...nodes];
  graph.initializer.push(...forms.constants);
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
