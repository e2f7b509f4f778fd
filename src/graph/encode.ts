import { create, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { TrazoError } from "../errors.js";
import { type DType, type Tensor, tensor } from "../tensor.js";
import { operators } from "./operators.js";
import { formatDim, isStatic } from "./shape.js";
import type { Attribute, Node, Shape, Value } from "./value.js";

/** ONNX's numbers for element types (TensorProto.DataType). */
const dataTypes: Record<DType, number> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

/** Attributes that ONNX declares as floats even where the number is whole. */
const floatAttributes = new Set(["alpha", "beta", "epsilon"]);

export interface EncodeOptions {
  /** Name of the graph as viewers show it. */
  readonly name?: string;
  /** Key/value pairs that travel with the file. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Opset 17 is read by every ONNX Runtime since 1.12 and by onnxruntime-web. */
const opset = 17n;
const irVersion = 8n;

/**
 * Writes the part of a graph that the outputs need as an ONNX model. Inputs keep their names,
 * outputs get the names of the record's keys.
 */
export function encode(outputs: Readonly<Record<string, Value>>, options: EncodeOptions = {}): Uint8Array {
  const entries = Object.entries(outputs);
  const graph = entries[0]?.[1].graph;
  if (!graph) throw new TrazoError("A graph without outputs cannot be encoded.");
  const nodes = reachable(graph.nodes, Object.values(outputs));
  const names = nameOutputs(entries);
  const writer = new NodeWriter((value) => names.get(value) ?? value.name);
  const encodedNodes = nodes.flatMap((node) => writer.write(node));
  const aliases = entries
    .filter(([key, value]) => names.get(value) !== key)
    .map(([key, value]) => protoNode("Identity", [names.get(value) ?? value.name], [key], []));
  const used = new Set(nodes.flatMap((node) => node.inputs));
  for (const [, value] of entries) used.add(value);
  const constants = [...used].flatMap((value) => {
    const content = value && graph.constantOf(value);
    return content && value ? [protoTensor(value.name, content)] : [];
  });
  const model = create(ModelProtoSchema, {
    irVersion,
    producerName: "trazo",
    opsetImport: [{ domain: "", version: opset }],
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: create(GraphProtoSchema, {
      name: options.name ?? "graph",
      node: [...encodedNodes, ...aliases],
      initializer: [...constants, ...writer.extras],
      input: graph.inputs.filter((value) => used.has(value)).map((value) => protoValue(value.name, value)),
      output: entries.map(([key, value]) => protoValue(key, value)),
    }),
  });
  requireUniqueNames(model);
  return toBinary(ModelProtoSchema, model);
}

/** An output may not take the name of an input or of another value: ONNX gives each name once. */
function requireUniqueNames({ graph }: ModelProto): void {
  const seen = new Set<string>();
  const names = [
    ...(graph?.input ?? []).map(({ name }) => name),
    ...(graph?.initializer ?? []).map(({ name }) => name),
    ...(graph?.node ?? []).flatMap(({ output }) => output),
  ];
  for (const name of names) {
    if (seen.has(name)) {
      throw new TrazoError(
        `The graph gives the name "${name}" to two values. Name the output "${name}" otherwise.`,
      );
    }
    seen.add(name);
  }
}

/** Names of the inputs that the outputs really depend on. */
export function requiredInputs(outputs: readonly Value[]): string[] {
  const graph = outputs[0]?.graph;
  if (!graph) return [];
  const used = new Set(reachable(graph.nodes, outputs).flatMap((node) => node.inputs));
  for (const output of outputs) used.add(output);
  return graph.inputs.filter((value) => used.has(value)).map((value) => value.name);
}

function reachable(nodes: readonly Node[], outputs: readonly Value[]): Node[] {
  const needed = new Set<Node>();
  const pending = outputs.flatMap((value) => (value.producer ? [value.producer] : []));
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (needed.has(node)) continue;
    needed.add(node);
    for (const input of node.inputs) if (input?.producer) pending.push(input.producer);
  }
  return nodes.filter((node) => needed.has(node));
}

/** A computed value takes its output's name; inputs, constants and second names need an Identity. */
function nameOutputs(entries: readonly (readonly [string, Value])[]): Map<Value, string> {
  const names = new Map<Value, string>();
  for (const [key, value] of entries) if (value.producer && !names.has(value)) names.set(value, key);
  return names;
}

class NodeWriter {
  readonly extras: TensorProto[] = [];
  readonly #nameOf: (value: Value) => string;

  constructor(nameOf: (value: Value) => string) {
    this.#nameOf = nameOf;
  }

  write(node: Node): NodeProto[] {
    const operator = operators[node.op];
    const form = operator?.onnx?.(node) ?? {};
    const first = this.#nameOf(node.outputs[0] as Value);
    const extras = (form.extraInputs ?? []).map((extra, i) => {
      const name = `${first}_arg${i}`;
      this.extras.push(protoTensor(name, isTensor(extra) ? extra : int64Vector(extra)));
      return name;
    });
    const inputs = node.inputs.map((input) => (input ? this.#nameOf(input) : ""));
    const attributes = Object.entries(form.attributes ?? node.attributes).map(([name, value]) =>
      protoAttribute(name, value),
    );
    const outputs = node.outputs.map((output) => this.#nameOf(output));
    return [protoNode(form.op ?? node.op, [...inputs, ...extras], outputs, attributes)];
  }
}

const isTensor = (extra: readonly number[] | Tensor): extra is Tensor => !Array.isArray(extra);

const int64Vector = (values: readonly number[]): Tensor =>
  tensor("int64", [values.length], BigInt64Array.from(values, BigInt));

function protoNode(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attribute: AttributeProto[],
): NodeProto {
  return create(NodeProtoSchema, {
    opType,
    name: `${opType}:${output[0]}`,
    input: [...input],
    output: [...output],
    attribute,
  });
}

function protoAttribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === "string") {
    // The only string that is not a string in ONNX: an element type.
    if (value in dataTypes) return protoAttribute(name, dataTypes[value as DType]);
    return create(AttributeProtoSchema, {
      name,
      type: AttributeType.STRING,
      s: new TextEncoder().encode(value),
    });
  }
  if (typeof value === "boolean") return protoAttribute(name, value ? 1 : 0);
  if (typeof value === "number") {
    return floatAttributes.has(name)
      ? create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value })
      : create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  }
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map((i) => BigInt(i)) });
}

function protoTensor(name: string, { dtype, shape, data }: Tensor): TensorProto {
  const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return create(TensorProtoSchema, {
    name,
    dataType: dataTypes[dtype],
    dims: shape.map((dim) => BigInt(dim)),
    rawData: bytes,
  });
}

function protoValue(name: string, { dtype, shape }: { dtype: DType; shape: Shape }): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType: dataTypes[dtype],
          shape: {
            dim: shape.map((dim) => ({
              value: isStatic(dim)
                ? { case: "dimValue" as const, value: BigInt(dim) }
                : { case: "dimParam" as const, value: formatDim(dim) },
            })),
          },
        },
      },
    },
  });
}
