import { create, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { TrazoError } from "../errors.js";
import { elementType } from "../onnx/element-types.js";
import {
  floatAttribute,
  intAttribute,
  intsAttribute,
  irVersion,
  opset,
  protoNode,
  protoTensor,
  stringAttribute,
} from "../onnx/proto.js";
import { type DType, type Tensor, tensor } from "../tensor.js";
import { operators } from "./operators.js";
import { formatDim, isStatic } from "./shape.js";
import type { Attribute, Node, Shape, Value } from "./value.js";

/** Attributes that ONNX declares as floats even where the number is whole. */
const floatAttributes = new Set(["alpha", "beta", "epsilon"]);

export interface EncodeOptions {
  /** Name of the graph as viewers show it. */
  readonly name?: string;
  /** Key/value pairs that travel with the file. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Contents of inputs, by name: these are stored in the file instead of being asked for. */
  readonly bound?: Readonly<Record<string, Tensor>>;
  /** Other names for inputs. */
  readonly renamed?: Readonly<Record<string, string>>;
  readonly producerVersion?: string;
}

/**
 * Writes the part of a graph that the outputs need as an ONNX model. Inputs keep their names,
 * outputs get the names of the record's keys.
 */
export const encode = (outputs: Readonly<Record<string, Value>>, options: EncodeOptions = {}): Uint8Array =>
  toBinary(ModelProtoSchema, encodeModel(outputs, options));

/** As `encode`, before it becomes bytes. */
export function encodeModel(
  outputs: Readonly<Record<string, Value>>,
  options: EncodeOptions = {},
): ModelProto {
  const entries = Object.entries(outputs);
  const graph = entries[0]?.[1].graph;
  if (!graph) throw new TrazoError("A graph without outputs cannot be encoded.");
  const nodes = reachable(graph.nodes, Object.values(outputs));
  const names = nameOutputs(entries);
  const { bound = {}, renamed = {} } = options;
  const nameOf = (value: Value): string => names.get(value) ?? renamed[value.name] ?? value.name;
  const writer = new NodeWriter(nameOf);
  const encodedNodes = nodes.flatMap((node) => writer.write(node));
  const aliases = entries
    .filter(([key, value]) => names.get(value) !== key)
    .map(([key, value]) => protoNode("Identity", [nameOf(value)], [key], []));
  const used = new Set(nodes.flatMap((node) => node.inputs));
  for (const [, value] of entries) used.add(value);
  const constants = [...used].flatMap((value) => {
    const content = value && graph.constantOf(value);
    return content && value ? [protoTensor(value.name, content)] : [];
  });
  const inputs = graph.inputs.filter((value) => used.has(value));
  const stored = inputs.flatMap((value) => {
    const content = bound[value.name];
    return content ? [protoTensor(nameOf(value), content)] : [];
  });
  const model = create(ModelProtoSchema, {
    irVersion,
    producerName: "trazo",
    producerVersion: options.producerVersion ?? "",
    opsetImport: [{ domain: "", version: opset }],
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: create(GraphProtoSchema, {
      name: options.name ?? "graph",
      node: [...encodedNodes, ...aliases],
      initializer: [...stored, ...constants, ...writer.extras],
      input: inputs.filter(({ name }) => !bound[name]).map((value) => protoValue(nameOf(value), value)),
      output: entries.map(([key, value]) => protoValue(key, value)),
    }),
  });
  requireUniqueNames(model);
  return model;
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

function protoAttribute(name: string, value: Attribute): AttributeProto {
  // The only string that is not a string in ONNX: an element type.
  if (typeof value === "string") {
    return value in elementType
      ? intAttribute(name, elementType[value as DType])
      : stringAttribute(name, value);
  }
  if (typeof value === "boolean") return intAttribute(name, value ? 1 : 0);
  if (typeof value !== "number") return intsAttribute(name, value);
  return floatAttributes.has(name) ? floatAttribute(name, value) : intAttribute(name, value);
}

function protoValue(name: string, { dtype, shape }: { dtype: DType; shape: Shape }): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType: elementType[dtype],
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
