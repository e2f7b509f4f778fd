import type { AttributeProto, GraphProto, NodeProto, TensorProto } from "onnx-buf";
import { intOf } from "../onnx-format/attributes.js";
import { elementType } from "../onnx-format/element-types.js";
import { intAttribute, intsAttribute, protoNode, protoTensor } from "../onnx-format/proto.js";
import { type Tensor, tensor } from "../tensor.js";

/** Larger than any place, and exact in float32. */
const nowhere = 2 ** 24;

/** Integers of these types are exact in float32, as far as they number classes. */
const classTypes: ReadonlySet<number> = new Set([elementType.uint8, elementType.int8, elementType.int32]);

/**
 * Writes nodes in other forms where ONNX Runtime has no program for GPUs: one that is missing has it take the processor, and wait
 * until what it needs is there.
 *
 * It has none for int64, in which ONNX has the numbers of classes: those become floats where nothing else is done with them.
 */
export class DeviceForms {
  /** What the written nodes need besides. */
  readonly constants: TensorProto[] = [];
  readonly #widthOf: (value: string) => number | undefined;
  readonly #users: ReadonlyMap<string, readonly NodeProto[]>;
  readonly #given: ReadonlySet<string>;
  /** Inputs that are integers. */
  readonly #integers: ReadonlySet<string>;
  /** Numbers of classes that have become floats. */
  readonly #floats = new Set<string>();

  /** @param widthOf the length of a value's last axis, by the value's name */
  constructor({ node, input, output }: GraphProto, widthOf: (value: string) => number | undefined) {
    this.#widthOf = widthOf;
    this.#users = usersOf(node);
    this.#given = new Set(output.map(({ name }) => name));
    const isInteger = ({ type }: (typeof input)[number]): boolean =>
      type?.value.case === "tensorType" && classTypes.has(type.value.value.elemType);
    this.#integers = new Set(input.filter(isInteger).map(({ name }) => name));
  }

  /** What stands in a node's place. Nodes come in their order. */
  of(node: NodeProto): NodeProto[] {
    switch (node.opType) {
      case "LogSoftmax":
        return logSoftmax(node);
      case "Sign":
        return this.#sign(node);
      case "ArgMax":
        return this.#argMax(node);
      case "Cast":
        return this.#cast(node);
      case "Reshape":
        return this.#reshape(node);
      case "Equal":
        return this.#equal(node);
      case "OneHot":
        return this.#oneHot(node);
      default:
        return [node];
    }
  }

  /** Whether all that use a number of a class do the same with a float. */
  #mayBeFloat(name: string): boolean {
    if (this.#given.has(name)) return false;
    return (this.#users.get(name) ?? []).every(({ opType, input, output }) =>
      opType === "Reshape"
        ? input[0] === name && this.#mayBeFloat(output[0] ?? "")
        : opType === "Equal" || opType === "OneHot" || opType === "Cast",
    );
  }

  /** The first of the largest along the last axis, as a float: the smallest of the places where the largest is. */
  #argMax(node: NodeProto): NodeProto[] {
    const [x = "", y = ""] = [node.input[0], node.output[0]];
    const width = this.#widthOf(x);
    if (width === undefined || !this.#mayBeFloat(y)) return [node];
    const part = partsOf(y);
    const none = this.#constant(part("nowhere"), tensor("float32", [1], Float32Array.of(nowhere)));
    const places = this.#constant(part("places"), counted(width));
    this.#floats.add(y);
    return [
      protoNode("ReduceMax", [x], [part("largest")], alongLast(1)),
      protoNode("Equal", [x, part("largest")], [part("is_largest")]),
      protoNode("Where", [part("is_largest"), places, none], [part("there")]),
      protoNode("ReduceMin", [part("there")], [y], alongLast(intOf(node, "keepdims") ?? 1)),
    ];
  }

  #cast(node: NodeProto): NodeProto[] {
    const [x = "", y = ""] = [node.input[0], node.output[0]];
    const isNumber = this.#integers.has(x) || this.#floats.has(x);
    if (intOf(node, "to") !== elementType.int64 || !isNumber || !this.#mayBeFloat(y)) return [node];
    this.#floats.add(y);
    return [toFloat(x, y)];
  }

  #reshape(node: NodeProto): NodeProto[] {
    if (this.#floats.has(node.input[0] ?? "")) this.#floats.add(node.output[0] ?? "");
    return [node];
  }

  /** What is compared with a number that has become a float becomes one too. */
  #equal(node: NodeProto): NodeProto[] {
    if (!node.input.some((name) => this.#floats.has(name))) return [node];
    const casts: NodeProto[] = [];
    node.input = node.input.map((name) => {
      if (this.#floats.has(name)) return name;
      const float = `${node.output[0]}_${name}`;
      casts.push(toFloat(name, float));
      return float;
    });
    return [...casts, node];
  }

  /** Ones where the number is the column's, along a new last axis. */
  #oneHot(node: NodeProto): NodeProto[] {
    const [x = "", y = ""] = [node.input[0], node.output[0]];
    const depth = this.#widthOf(y);
    if (depth === undefined || !this.#floats.has(x)) return [node];
    const part = partsOf(y);
    const last = this.#constant(part("last"), tensor("int64", [1], BigInt64Array.of(-1n)));
    const places = this.#constant(part("places"), counted(depth));
    return [
      protoNode("Unsqueeze", [x, last], [part("number")]),
      protoNode("Equal", [part("number"), places], [part("is_it")]),
      toFloat(part("is_it"), y),
    ];
  }

  #sign({ input: [x = ""], output: [y = ""] }: NodeProto): NodeProto[] {
    const part = partsOf(y);
    const zero = this.#constant(part("zero"), tensor("float32", [], Float32Array.of(0)));
    return [
      protoNode("Greater", [x, zero], [part("is_above")]),
      protoNode("Less", [x, zero], [part("is_below")]),
      toFloat(part("is_above"), part("above")),
      toFloat(part("is_below"), part("below")),
      protoNode("Sub", [part("above"), part("below")], [y]),
    ];
  }

  #constant(name: string, content: Tensor): string {
    this.constants.push(protoTensor(name, content));
    return name;
  }
}

function usersOf(nodes: readonly NodeProto[]): Map<string, NodeProto[]> {
  const users = new Map<string, NodeProto[]>();
  for (const node of nodes) {
    for (const name of node.input) {
      const known = users.get(name);
      if (known) known.push(node);
      else users.set(name, [node]);
    }
  }
  return users;
}

/** Names for what a value is made of. */
const partsOf =
  (value: string) =>
  (part: string): string =>
    `${value}_${part}`;

const toFloat = (x: string, y: string): NodeProto =>
  protoNode("Cast", [x], [y], [intAttribute("to", elementType.float32)]);

const counted = (length: number): Tensor<"float32"> =>
  tensor(
    "float32",
    [length],
    Float32Array.from({ length }, (_, i) => i),
  );

const alongLast = (keepDims: number): AttributeProto[] => [
  intsAttribute("axes", [-1]),
  intAttribute("keepdims", keepDims),
];

/** x - max - log(sum(exp(x - max))), along the last axis. */
function logSoftmax({ input: [x = ""], output: [y = ""] }: NodeProto): NodeProto[] {
  const part = partsOf(y);
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
