import { differentiate } from "../graph/differentiate.js";
import { encode } from "../graph/encode.js";
import { Graph } from "../graph/graph.js";
import { add, mul, reduceSum } from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import { type Lowering, lower } from "../lowering/lower.js";
import type { Island } from "./recognize.js";

/** An island as an ONNX graph, and the names that values of the whole graph have in it. */
export interface IslandGraph {
  readonly model: Uint8Array;
  /** Names of inputs and outputs, by the values; `gradient of <name>` is a value's gradient. */
  nameOf(value: Value): string;
}

/** What an island is to give besides its outputs. */
export interface IslandGradients {
  /** Outputs whose gradients are given; a scalar that is the loss itself needs none. */
  readonly given: readonly Value[];
  readonly loss: Value | undefined;
  /** Inputs whose gradients are wanted. */
  readonly wanted: readonly Value[];
}

export const gradientName = (name: string): string => `gradient of ${name}`;

/**
 * Writes an island as a graph of its own.
 *
 * @param outputs of the island, those that the graph is to give
 */
export function islandGraph(
  source: Graph,
  { nodes, inputs }: Island,
  outputs: readonly Value[],
  gradients: IslandGradients | undefined,
  lowering: Lowering,
): IslandGraph {
  const own = new Graph();
  const images = new Map<Value, Value>();
  const names = new Map<Value, string>();
  const nameOf = (value: Value): string => {
    const known = names.get(value);
    if (known !== undefined) return known;
    const name = `v${names.size}`;
    names.set(value, name);
    return name;
  };
  for (const input of inputs) images.set(input, own.input(nameOf(input), input.dtype, input.shape));
  const image = (value: Value): Value => {
    const known = images.get(value);
    if (known) return known;
    const made = imageOf(value);
    images.set(value, made);
    return made;
  };
  const imageOf = (value: Value): Value => {
    const content = source.constantOf(value);
    if (content)
      return content.shape.length === 0
        ? own.scalar(content.dtype, Number(content.data[0]))
        : own.constant(content);
    if (value.producer?.op !== "Shape")
      throw new Error(`The value ${value.name} was used before it was made.`);
    return own.apply("Shape", [image(value.producer.inputs[0] as Value)])[0] as Value;
  };
  for (const node of nodes) {
    const made = own.apply(
      node.op,
      node.inputs.map((input) => input && image(input)),
      node.attributes,
    );
    for (const [i, output] of node.outputs.entries()) images.set(output, made[i] as Value);
  }
  const given = (gradients?.given ?? []).map(
    (value) => [value, own.input(gradientName(nameOf(value)), value.dtype, value.shape)] as const,
  );
  const { lowered } = lower(own, lowering);
  const named: Record<string, Value> = {};
  for (const output of outputs) named[nameOf(output)] = lowered(image(output));
  if (gradients) {
    const terms = given.map(([value, gradient]) => reduceSum(mul(lowered(image(value)), lowered(gradient))));
    if (gradients.loss) terms.push(lowered(image(gradients.loss)));
    const results = differentiate(
      terms.reduce(add),
      gradients.wanted.map((value) => lowered(image(value))),
    );
    for (const [i, value] of gradients.wanted.entries())
      named[gradientName(nameOf(value))] = results[i] as Value;
  }
  return { model: encode(named, { name: "island" }), nameOf };
}
