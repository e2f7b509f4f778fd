import { create, toBinary } from "@bufbuild/protobuf";
import type { AttributeProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from "onnx-buf";
import { TrazoError } from "../errors.js";
import { elementType } from "../onnx-format/element-types.js";
import {
  floatAttribute,
  intAttribute,
  intsAttribute,
  irVersion,
  opset,
  protoNode,
  protoTensor,
  stringAttribute,
} from "../onnx-format/proto.js";
import { onnxSchemas } from "../onnx-format/schemas.js";
import { valueInfo } from "../onnx-format/value-info.js";
import { type DType, type Tensor, tensor } from "../tensor.js";
import type { AttributeKind } from "./operator.js";
import { operators } from "./operators.js";
import { formatDim, isStatic } from "./shape.js";
import type { Attribute, Node, Shape, Value } from "./value.js";

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
  toBinary(onnxSchemas().Model, encodeModel(outputs, options));

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
  const model = create(onnxSchemas().Model, {
    irVersion,
    producerName: "trazo",
    producerVersion: options.producerVersion ?? "",
    opsetImport: [{ domain: "", version: opset }],
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: create(onnxSchemas().Graph, {
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
      protoAttribute(node.op, name, value),
    );
    const outputs = node.outputs.map((output) => this.#nameOf(output));
    return [protoNode(form.op ?? node.op, [...inputs, ...extras], outputs, attributes)];
  }
}

const isTensor = (extra: readonly number[] | Tensor): extra is Tensor => !Array.isArray(extra);

const int64Vector = (values: readonly number[]): Tensor =>
  tensor("int64", [values.length], BigInt64Array.from(values, BigInt));

/** By the kind that the operator table states, never by what the value looks like: 1 may be a float. */
function protoAttribute(op: string, name: string, value: Attribute): AttributeProto {
  const kind = operators[op]?.attributes?.[name];
  if (!kind) {
    throw new TrazoError(
      `The operator table does not say how ONNX stores the attribute "${name}" of ${op}. Add it to the operator's attributes.`,
    );
  }
  const written = attributeWriters[kind](name, value);
  if (written) return written;
  throw new TrazoError(
    `The attribute "${name}" of ${op} is stored as ${kind}, but its value is ${String(value)}.`,
  );
}

/** Undefined where the value is not of that kind. */
const attributeWriters: Readonly<
  Record<AttributeKind, (name: string, value: Attribute) => AttributeProto | undefined>
> = {
  float: (name, value) => (typeof value === "number" ? floatAttribute(name, value) : undefined),
  int(name, value) {
    const number = typeof value === "boolean" ? Number(value) : value;
    return Number.isInteger(number) ? intAttribute(name, number as number) : undefined;
  },
  ints: (name, value) =>
    Array.isArray(value) && value.every(Number.isInteger) ? intsAttribute(name, value) : undefined,
  string: (name, value) => (typeof value === "string" ? stringAttribute(name, value) : undefined),
  elementType: (name, value) =>
    typeof value === "string" && Object.hasOwn(elementType, value)
      ? intAttribute(name, elementType[value as DType])
      : undefined,
};

const protoValue = (name: string, { dtype, shape }: { dtype: DType; shape: Shape }): ValueInfoProto =>
  valueInfo(
    name,
    dtype,
    shape.map((dim) => (isStatic(dim) ? dim : formatDim(dim))),
  );
