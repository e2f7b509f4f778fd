import { Graph } from "../graph/graph.js";
import { add, div, mul, multiplyDims, reduceMean, reshape, sqrt, square, sub } from "../graph/ops.js";
import type { Dim, Node, Value } from "../graph/value.js";
import { sizeOf } from "../typed-arrays.js";

/** A graph without composite operators, and what stands in it for the values of the one that it was made from. */
export interface Expanded {
  readonly graph: Graph;
  image(value: Value): Value;
}

type Composition = (
  inputs: readonly (Value | undefined)[],
  attributes: Node["attributes"],
) => readonly Value[];

/** Operators that are written as several others, and how. */
const compositions: Readonly<Record<string, Composition>> = {
  BatchNorm([x, gamma, beta], { epsilon }) {
    const images = x as Value;
    const axes = images.shape.slice(0, -1).map((_, axis) => axis);
    const mean = reduceMean(images, { axes });
    const centered = sub(images, mean);
    const variance = reduceMean(square(centered), { axes });
    return [normalized(centered, variance, gamma, beta, epsilon as number), mean, variance];
  },
  GroupNorm([x, gamma, beta], { places, groups, each, epsilon }) {
    const values = x as Value;
    const [batch, ...sample] = values.shape as [Dim, ...number[]];
    const arrays = sizeOf(sample) / (Number(places) * Number(groups) * Number(each));
    const shape = [multiplyDims(batch, arrays), places, groups, each] as Dim[];
    const grouped = reshape(values, shape);
    const within = { axes: [1, 3], keepDims: true };
    const centered = sub(grouped, reduceMean(grouped, within));
    const variance = reduceMean(square(centered), within);
    const normal = div(centered, sqrt(add(variance, epsilon as number)));
    const scaled = gamma ? mul(normal, reshape(gamma, shape.slice(2))) : normal;
    return [reshape(beta ? add(scaled, reshape(beta, shape.slice(2))) : scaled, values.shape)];
  },
  Normalization: ([x, mean, variance, gamma, beta], { epsilon }) => [
    normalized(sub(x as Value, mean as Value), variance as Value, gamma, beta, epsilon as number),
  ],
};

function normalized(
  centered: Value,
  variance: Value,
  gamma: Value | undefined,
  beta: Value | undefined,
  epsilon: number,
): Value {
  const deviation = sqrt(add(variance, epsilon));
  const factor = gamma ? div(gamma, deviation) : div(1, deviation);
  const scaled = mul(centered, factor);
  return beta ? add(scaled, beta) : scaled;
}

/** Writes out every composite operator, in its place. */
export function expandComposites(source: Graph): Expanded {
  if (!source.nodes.some(({ op }) => Object.hasOwn(compositions, op))) {
    return { graph: source, image: (value) => value };
  }
  const graph = new Graph();
  const images = new Map<Value, Value>();
  for (const input of source.inputs) images.set(input, graph.input(input.name, input.dtype, input.shape));
  const image = (value: Value): Value => {
    const known = images.get(value);
    if (known) return known;
    const content = source.constantOf(value);
    if (!content) throw new Error(`The value ${value.name} was used before it was made.`);
    const constant =
      content.shape.length === 0
        ? graph.scalar(content.dtype, Number(content.data[0]))
        : graph.constant(content);
    images.set(value, constant);
    return constant;
  };
  for (const node of source.nodes) {
    const inputs = node.inputs.map((input) => input && image(input));
    const compose = compositions[node.op];
    const outputs = compose
      ? compose(inputs, node.attributes)
      : graph.apply(node.op, inputs, node.attributes);
    for (const [i, output] of node.outputs.entries()) images.set(output, outputs[i] as Value);
  }
  return { graph, image };
}
