import { fromBinary } from "@bufbuild/protobuf";
import type { NodeProto, TensorProto } from "onnx-buf";
import { TrazoError } from "../errors.js";
import { nodeText } from "../onnx-format/attributes.js";
import { onnxSchemas } from "../onnx-format/schemas.js";
import { copyOf } from "../onnx-format/stored-tensor.js";
import { sizeOf, type Tensor } from "../tensor.js";
import { arrangement } from "./arrangement.js";
import { dtypeOf } from "./element-type.js";
import { elementwise } from "./elementwise.js";
import { images } from "./images.js";
import { matrix } from "./matrix.js";
import { type Compute, zeros } from "./operator.js";
import { reduction } from "./reduction.js";

const table: Readonly<Record<string, Compute>> = {
  ...elementwise,
  ...arrangement,
  ...reduction,
  ...matrix,
  ...images,
};

type Tensors = Readonly<Record<string, Tensor>>;

interface Step {
  readonly node: NodeProto;
  readonly compute: Compute;
  /** Names of values that no later step reads. */
  readonly done: readonly string[];
}

/**
 * Runs graphs that the library has written, in plain JavaScript: for small parts of a model where there is nothing that runs ONNX.
 * Sums are in float64, results are rounded to the type of the tensors.
 */
export class InterpretedGraph {
  readonly #constants: ReadonlyMap<string, Tensor>;
  readonly #steps: readonly Step[];
  readonly #outputs: readonly string[];

  /** @throws TrazoError for an operator that is not among the interpreter's */
  constructor(bytes: Uint8Array) {
    const { graph } = fromBinary(onnxSchemas().Model, bytes);
    if (!graph) throw new TrazoError("The ONNX model holds no graph.");
    this.#constants = new Map(graph.initializer.map((proto) => [proto.name, stored(proto)]));
    this.#outputs = graph.output.map(({ name }) => name);
    this.#steps = stepsOf(graph.node, new Set([...this.#outputs, ...this.#constants.keys()]));
  }

  /** @returns every output, by name; it may share memory with an input */
  run(inputs: Tensors): Record<string, Tensor> {
    const values = new Map<string, Tensor>([...this.#constants, ...Object.entries(inputs)]);
    for (const { node, compute, done } of this.#steps) {
      const results = compute({ node, inputs: node.input.map((name) => values.get(name)) });
      for (const [i, result] of results.entries()) values.set(node.output[i] as string, result);
      for (const name of done) values.delete(name);
    }
    return Object.fromEntries(
      this.#outputs.map((name) => {
        const value = values.get(name);
        if (!value)
          throw new TrazoError(`The graph's output "${name}" was not computed: an input is missing.`);
        return [name, value];
      }),
    );
  }
}

function stepsOf(nodes: readonly NodeProto[], kept: ReadonlySet<string>): Step[] {
  const last = new Map<string, number>();
  for (const [i, node] of nodes.entries()) for (const name of node.input) last.set(name, i);
  return nodes.map((node, i) => {
    const compute = Object.hasOwn(table, node.opType) ? table[node.opType] : undefined;
    if (!compute || node.domain !== "") {
      throw new TrazoError(
        `${nodeText(node)}: this operator runs only where ONNX Runtime does. A model without it can be used here.`,
      );
    }
    return { node, compute, done: node.input.filter((name) => last.get(name) === i && !kept.has(name)) };
  });
}

function stored(proto: TensorProto): Tensor {
  const made = zeros(dtypeOf(proto.dataType, `the constant "${proto.name}"`), proto.dims.map(Number));
  if (proto.rawData.length !== made.data.byteLength) {
    throw new TrazoError(
      `The constant "${proto.name}" has ${proto.rawData.length} bytes instead of ${made.data.byteLength} for ` +
        `${sizeOf(made.shape)} values.`,
    );
  }
  new Uint8Array(made.data.buffer).set(new Uint8Array(copyOf(proto.rawData)));
  return made;
}
