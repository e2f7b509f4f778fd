import { TrazoError } from "../errors.js";
import { type DType, type Tensor, tensor } from "../tensor.js";
import { type OperatorTable, operators } from "./operators.js";
import type { Attribute, Node, Shape, Value } from "./value.js";

/**
 * A graph under construction: append-only, so that the order of nodes is a topological order and
 * a Value, once made, never changes.
 */
export class Graph {
  readonly nodes: Node[] = [];
  readonly inputs: Value[] = [];
  readonly #constants = new Map<Value, Tensor>();
  readonly #scalars = new Map<string, Value>();
  readonly #table: OperatorTable;
  readonly #names = new Set<string>();
  #count = 0;
  #blocks = 0;
  #block: number | undefined;

  constructor(table: OperatorTable = operators) {
    this.#table = table;
  }

  /** Declares an input that every run must feed. */
  input(name: string, dtype: DType, shape: Shape): Value {
    if (this.#names.has(name)) {
      throw new TrazoError(`The graph already has a value named "${name}".`);
    }
    this.#names.add(name);
    const value: Value = { graph: this, name, dtype, shape, producer: undefined };
    this.inputs.push(value);
    return value;
  }

  constant(content: Tensor): Value {
    const value: Value = {
      graph: this,
      name: this.#fresh("const"),
      dtype: content.dtype,
      shape: content.shape,
      producer: undefined,
    };
    this.#constants.set(value, content);
    return value;
  }

  /** A scalar constant; equal ones are made once. */
  scalar(dtype: DType, number: number): Value {
    const key = `${dtype}:${Object.is(number, -0) ? "-0" : number}`;
    const known = this.#scalars.get(key);
    if (known) return known;
    const made = this.constant(scalarTensor(dtype, number));
    this.#scalars.set(key, made);
    return made;
  }

  /** The content of a constant; undefined for every other value. */
  constantOf(value: Value): Tensor | undefined {
    return this.#constants.get(value);
  }

  /** Applies an operator of the table. Shapes and dtypes follow from its rule. */
  apply(
    op: string,
    inputs: readonly (Value | undefined)[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value[] {
    const infer = Object.hasOwn(this.#table, op) ? this.#table[op]?.infer : undefined;
    if (!infer) throw new TrazoError(`There is no operator "${op}" in the operator table.`);
    for (const input of inputs) {
      if (input && input.graph !== this) {
        throw new TrazoError(`${op} was given "${input.name}", which belongs to another graph.`);
      }
    }
    const outputs: Value[] = [];
    const node: Node = { op, inputs, outputs, attributes, ...(this.#block && { block: this.#block }) };
    for (const { dtype, shape } of infer(inputs as readonly Value[], attributes)) {
      outputs.push({ graph: this, name: this.#fresh(op), dtype, shape, producer: node });
    }
    this.nodes.push(node);
    return outputs;
  }

  /** Everything applied by `make` becomes a block of its own, or part of the one that is being made. */
  inBlock<T>(make: () => T): T {
    if (this.#block) return make();
    this.#block = ++this.#blocks;
    try {
      return make();
    } finally {
      this.#block = undefined;
    }
  }

  #fresh(prefix: string): string {
    for (;;) {
      const name = `${prefix}_${this.#count++}`;
      if (this.#names.has(name)) continue;
      this.#names.add(name);
      return name;
    }
  }
}

function scalarTensor(dtype: DType, number: number): Tensor {
  switch (dtype) {
    case "float32":
      return tensor(dtype, [], Float32Array.of(number));
    case "float64":
      return tensor(dtype, [], Float64Array.of(number));
    case "int32":
      return tensor(dtype, [], Int32Array.of(number));
    case "int64":
      return tensor(dtype, [], BigInt64Array.of(BigInt(number)));
    case "uint8":
    case "bool":
      return tensor(dtype, [], Uint8Array.of(number));
  }
}
