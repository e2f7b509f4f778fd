import type { Graph } from "../../src/graph/graph.js";
import type { Node, Value } from "../../src/graph/value.js";

const smallestNormal = 2 ** -126;
const isSubnormal = (x: number): boolean => x !== 0 && Math.abs(x) < smallestNormal;

type Compute = (a: number, b: number, c: number) => number;
const operations: Readonly<Record<string, Compute>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Max: (a, b) => Math.max(a, b),
  Min: (a, b) => Math.min(a, b),
  Sqrt: (a) => Math.sqrt(a),
  Abs: (a) => Math.abs(a),
  Sign: (a) => Math.sign(a),
  Less: (a, b) => (a < b ? 1 : 0),
  Where: (condition, a, b) => (condition ? a : b),
};

/** Runs a graph of scalars in float32, operator by operator, and notes those that take or give a subnormal number. */
export class ScalarGraph {
  /** What was noted, e.g. `Mul(1e-30, 1e-10)`. */
  readonly subnormal = new Set<string>();
  readonly #values = new Map<Value, number>();
  readonly #nodes: readonly Node[];
  readonly #graph: Graph;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#nodes = [...graph.nodes];
  }

  run(feeds: ReadonlyMap<Value, number>): (value: Value) => number {
    for (const [value, number] of feeds) this.#values.set(value, Math.fround(number));
    for (const node of this.#nodes) this.#values.set(node.outputs[0] as Value, this.#compute(node));
    return (value) => this.#valueOf(value);
  }

  #compute({ op, inputs }: Node): number {
    const operation = operations[op];
    if (!operation) throw new Error(`The test does not know the operator ${op}.`);
    const given = inputs.map((input) => this.#valueOf(input as Value));
    const [a = 0, b = 0, c = 0] = given;
    const exact = operation(a, b, c);
    const result = Math.fround(exact);
    // What underflows to 0 passes through the same slow path.
    if (given.some(isSubnormal) || isSubnormal(result) || (result === 0 && exact !== 0)) {
      this.subnormal.add(`${op}(${given.join(", ")})`);
    }
    return result;
  }

  #valueOf(value: Value): number {
    const known = this.#values.get(value) ?? this.#graph.constantOf(value)?.data[0];
    if (known === undefined) throw new Error(`The value ${value.name} was not given.`);
    return Number(known);
  }
}
