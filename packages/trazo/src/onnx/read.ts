import { fromBinary } from "@bufbuild/protobuf";
import type {
  TensorProto_DataLocation as DataLocation,
  GraphProto,
  ModelProto,
  NodeProto,
  TensorProto,
} from "onnx-buf";
import { TrazoError } from "../errors.js";
import { locateErrors } from "../keras-object.js";
import { nodeText } from "../onnx-format/attributes.js";
import { elementBytes, elementName } from "../onnx-format/element-types.js";
import { onnxSchemas } from "../onnx-format/schemas.js";
import { sizeOf } from "../tensor.js";
import { requireFewParts } from "./count-parts.js";

/** TensorProto.DataLocation of a tensor that is stored in another file. */
const externalData: DataLocation.EXTERNAL = 1;

/** A file whose graph is there. */
export type OnnxModel = ModelProto & { graph: GraphProto };

/** Networks in use have some thousand operators, with a handful of values and at most 5 axes each. */
const most = { nodes: 10_000, values: 100_000, valuesOfNode: 1_000, axes: 32 } as const;

/** Before it the elementwise operators broadcast by other rules. */
const oldestOpset = 7n;

/**
 * Parses an ONNX file and checks what a runtime should not have to find out: that every stored tensor has as many values as its shape
 * says, that nothing is read from other files, that names are given once and before they are used, and that there are not too many of
 * anything. Inputs that are left out at the end of an operator's list are not in the result. Of the operators, which may not all be
 * needed, `requireSupported` asks more.
 *
 * @param where the file's name, for messages
 * @throws TrazoError saying what is damaged or not supported
 * @example
 * ```ts
 * const { graph } = readOnnx(model.toOnnx(), "my model");
 * console.log(graph.node.map(({ opType }) => opType));
 * ```
 */
export function readOnnx(bytes: Uint8Array, where: string): OnnxModel {
  const model = parse(bytes, where);
  return locateErrors(where, () => {
    const { graph } = model;
    if (!graph || graph.node.length === 0) {
      throw new TrazoError("this is not an ONNX file, or it is damaged: it holds no graph.");
    }
    checkOpset(model);
    if (model.functions.length > 0) {
      throw new TrazoError(
        `functions defined in the file are not supported (here "${model.functions[0]?.name}").`,
      );
    }
    checkCounts(graph);
    for (const proto of graph.initializer) checkTensor(proto, `the initializer "${proto.name}"`);
    if (graph.sparseInitializer.length > 0) throw new TrazoError("sparse initializers are not supported.");
    for (const node of graph.node) dropTrailingBlanks(node);
    checkNames(graph);
    return model as OnnxModel;
  });
}

function parse(bytes: Uint8Array, where: string): ModelProto {
  try {
    requireFewParts(bytes, onnxSchemas().Model);
    return fromBinary(onnxSchemas().Model, bytes, { readUnknownFields: false });
  } catch (cause) {
    if (cause instanceof TrazoError) throw new TrazoError(`${where}: ${cause.message}`);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TrazoError(`${where}: this is not an ONNX file, or it is damaged (${reason}).`, { cause });
  }
}

/** The version of ONNX's own operators. */
export const opsetOf = ({ opsetImport }: ModelProto): bigint =>
  opsetImport.find(({ domain }) => isMainDomain(domain))?.version ?? 0n;

/** ONNX's main operators; others of its own are in domains such as `ai.onnx.ml`. */
export const isMainDomain = (domain: string): boolean => domain === "" || domain === "ai.onnx";

function checkOpset(model: ModelProto): void {
  const version = opsetOf(model);
  if (version === 0n)
    throw new TrazoError("the file does not say which version of ONNX's operators it uses.");
  if (version < oldestOpset) {
    throw new TrazoError(`its operators are of opset ${version}; the oldest that is read is ${oldestOpset}.`);
  }
}

/** @throws TrazoError when there is so much of something that to look at it, and to make it ready to run, would take long */
function checkCounts(graph: GraphProto): void {
  const refuse = (count: number, what: string, limit: number): never => {
    throw new TrazoError(`the graph has ${count} ${what}; at most ${limit} are supported.`);
  };
  if (graph.node.length > most.nodes) refuse(graph.node.length, "operators", most.nodes);
  let values = graph.initializer.length + graph.input.length + graph.output.length;
  for (const node of graph.node) {
    const own = node.input.length + node.output.length;
    if (own > most.valuesOfNode) refuse(own, `inputs and outputs at ${nodeText(node)}`, most.valuesOfNode);
    values += own;
  }
  if (values > most.values) refuse(values, "values", most.values);
  for (const { name, type } of [...graph.input, ...graph.output]) {
    const axes = type?.value.case === "tensorType" ? (type.value.value.shape?.dim.length ?? 0) : 0;
    if (axes > most.axes) refuse(axes, `axes at "${name}"`, most.axes);
  }
}

/** @throws TrazoError when an operator is not of ONNX's main set, holds graphs, or has its values elsewhere */
export function requireSupported({ node: nodes }: GraphProto): void {
  for (const node of nodes) checkNode(node);
}

function checkNode(node: NodeProto): void {
  if (!isMainDomain(node.domain)) {
    throw new TrazoError(
      `the operator ${node.domain}.${node.opType} is not supported; only those of ONNX's main set (ai.onnx) are.`,
    );
  }
  for (const attribute of node.attribute) {
    const where = `${nodeText(node)}, attribute ${attribute.name}`;
    if (attribute.g || attribute.graphs.length > 0) {
      throw new TrazoError(`${where}: graphs inside operators (loops and branches) are not supported.`);
    }
    if (attribute.refAttrName || attribute.sparseTensor || attribute.sparseTensors.length > 0) {
      throw new TrazoError(`${where}: references and sparse tensors are not supported.`);
    }
    for (const tensor of [...(attribute.t ? [attribute.t] : []), ...attribute.tensors])
      checkTensor(tensor, where);
  }
}

/** ONNX Runtime 1.30 dies of a blank name at the end of a LayerNormalization's inputs, where ONNX allows one. */
function dropTrailingBlanks(node: NodeProto): void {
  node.input.length = node.input.findLastIndex((name) => name !== "") + 1;
}

/** @throws TrazoError when the values are elsewhere, or not as many as the shape says */
function checkTensor(proto: TensorProto, where: string): void {
  if (proto.dataLocation === externalData || proto.externalData.length > 0) {
    const location = proto.externalData.find(({ key }) => key === "location")?.value;
    throw new TrazoError(
      `${where} has its values in another file${location ? ` ("${location}")` : ""}, and none is opened. Save the model as one ` +
        `file, with the weights inside.`,
    );
  }
  if (proto.segment) throw new TrazoError(`${where} comes in segments, which is not supported.`);
  if (proto.dims.length > most.axes) {
    throw new TrazoError(`${where} has ${proto.dims.length} axes; at most ${most.axes} are supported.`);
  }
  const shape = proto.dims.map(Number);
  if (shape.some((dim) => dim < 0) || sizeOf(shape) > Number.MAX_SAFE_INTEGER) {
    throw new TrazoError(`${where} has the impossible shape [${shape.join(", ")}].`);
  }
  const bytes = elementBytes(proto.dataType);
  if (bytes === undefined) {
    throw new TrazoError(
      `${where} has elements of type ${elementName(proto.dataType)}, which are not supported.`,
    );
  }
  const stored = proto.rawData.length > 0 ? proto.rawData.length / bytes : typedLength(proto);
  if (stored !== sizeOf(shape)) {
    throw new TrazoError(
      `${where} has the shape [${shape.join(", ")}], which makes ${sizeOf(shape)} values, but ${stored} are stored.`,
    );
  }
}

const typedLength = ({
  floatData,
  int32Data,
  int64Data,
  doubleData,
  uint64Data,
  stringData,
}: TensorProto): number =>
  [floatData, int32Data, int64Data, doubleData, uint64Data, stringData].reduce(
    (sum, { length }) => sum + length,
    0,
  );

function checkNames(graph: GraphProto): void {
  const given = new Set<string>();
  const give = (name: string): void => {
    if (given.has(name)) throw new TrazoError(`the name "${name}" is given to two values.`);
    given.add(name);
  };
  const stored = new Set(graph.initializer.map(({ name }) => name));
  for (const { name } of graph.initializer) give(name);
  // Old files name their weights among the inputs too.
  for (const { name } of graph.input) if (!stored.has(name)) give(name);
  for (const node of graph.node) {
    const unknown = node.input.find((name) => name !== "" && !given.has(name));
    if (unknown !== undefined) {
      throw new TrazoError(`${nodeText(node)} reads "${unknown}", which nothing before it gives.`);
    }
    for (const name of node.output) if (name !== "") give(name);
  }
  const missing = graph.output.find(({ name }) => !given.has(name));
  if (missing) throw new TrazoError(`the output "${missing.name}" is given by no operator.`);
}
