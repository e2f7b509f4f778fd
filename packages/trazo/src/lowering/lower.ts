import { Graph } from "../graph/graph.js";
import { operatorOf } from "../graph/operators.js";
import { gather, reduceTall, reshape } from "../graph/ops.js";
import { dimsEqual } from "../graph/shape.js";
import type { Node, Value } from "../graph/value.js";
import { expandComposites } from "./composites.js";
import { convert, type Feature, imageSize, type Layout, plain } from "./layout.js";

/** What a rule may look at besides its own inputs. */
export interface LoweringContext {
  /** The nodes that use a value of the semantic graph. */
  consumersOf(value: Value): readonly Node[];
}

/** Turns one semantic node into operators of the target graph; undefined: this rule does not apply. */
export type LoweringRule = (
  node: Node,
  inputs: readonly Feature[],
  context: LoweringContext,
) => Feature | undefined;

/** A choice of ONNX operators for the semantic ones, with rules in order of preference. */
export interface Lowering {
  readonly name: string;
  readonly rules: Readonly<Record<string, readonly LoweringRule[]>>;
}

/** A lowered graph: the images of the values that were asked for. */
export interface LoweredGraph {
  readonly graph: Graph;
  /** The value in the new graph, in plain layout, that stands for one of the old graph. */
  lowered(semantic: Value): Value;
}

/**
 * Rewrites a semantic graph operator by operator. Operators that a lowering does not name keep
 * their meaning: those that work pixel by pixel run in whatever layout their image is in, the
 * others get plain inputs.
 */
export function lower(composed: Graph, lowering: Lowering): LoweredGraph {
  const { graph: source, image } = expandComposites(composed);
  const target = new Graph();
  const features = new Map<Value, Feature>();
  for (const input of source.inputs) {
    features.set(input, {
      value: target.input(input.name, input.dtype, input.shape),
      layout: plain,
      ...sizeOf(input),
    });
  }
  const featureOf = (value: Value): Feature => {
    const known = features.get(value);
    if (known) return known;
    const content = source.constantOf(value);
    if (!content) throw new Error(`The value ${value.name} was used before it was made.`);
    const scalar =
      content.shape.length === 0
        ? target.scalar(content.dtype, Number(content.data[0]))
        : target.constant(content);
    const feature = { value: scalar, layout: plain, ...sizeOf(value) };
    features.set(value, feature);
    return feature;
  };
  const context: LoweringContext = { consumersOf: consumers(source) };
  for (const node of source.nodes) {
    const inputs = node.inputs.map((input) => featureOf(input as Value));
    const outputs = lowerNode(node, inputs, lowering, context);
    for (const [i, output] of node.outputs.entries()) features.set(output, outputs[i] as Feature);
  }
  return { graph: target, lowered: (semantic) => convert(featureOf(image(semantic)), plain).value };
}

function lowerNode(
  node: Node,
  inputs: readonly Feature[],
  lowering: Lowering,
  context: LoweringContext,
): readonly Feature[] {
  for (const rule of lowering.rules[node.op] ?? []) {
    const feature = rule(node, inputs, context);
    if (feature) return [feature];
  }
  return pixelwise(node, inputs) ?? reduction(node, inputs) ?? inPlainLayout(node, inputs);
}

function inPlainLayout(node: Node, inputs: readonly Feature[]): Feature[] {
  const plainInputs = inputs.map((input) => convert(input, plain).value);
  const graph = (plainInputs[0] as Value).graph;
  const outputs = graph.apply(node.op, plainInputs, node.attributes);
  return outputs.map((value, i) => ({ value, layout: plain, ...sizeOf(node.outputs[i] as Value) }));
}

/** An operator that treats every pixel alike runs in its image's own layout. */
function pixelwise(node: Node, inputs: readonly Feature[]): Feature[] | undefined {
  if (!operatorOf(node.op)?.pixelwise) return undefined;
  const image = inputs.find((input) => input.layout.kind !== "plain");
  if (!image) return undefined;
  const aligned = inputs.map((input) => alignTo(input, image));
  if (aligned.some((value) => value === undefined)) return undefined;
  const [value] = image.value.graph.apply(node.op, aligned as Value[], node.attributes);
  return [{ value: value as Value, layout: image.layout, ...sizeOf(node.outputs[0] as Value) }];
}

/** A sum or mean over all pixels of a batch takes them in the order in which they lie. */
function reduction(node: Node, [x]: readonly Feature[]): Feature[] | undefined {
  if (node.op !== "ReduceSum" && node.op !== "ReduceMean") return undefined;
  const { axes, keepdims } = node.attributes as { axes: readonly number[]; keepdims: boolean };
  const image = x as Feature;
  const anyOrder = image.layout.kind === "pixels" && axes.join() === "0,1,2";
  const value = reduceTall(node.op, anyOrder ? image.value : convert(image, plain).value, axes, keepdims);
  return [{ value, layout: plain, ...sizeOf(node.outputs[0] as Value) }];
}

function alignTo(operand: Feature, image: Feature): Value | undefined {
  const rank = operand.value.shape.length;
  // Images of other sizes would be cut into other tiles: they meet in plain layout.
  if (operand.layout.kind !== "plain")
    return sameImage(operand, image) ? convert(operand, image.layout).value : undefined;
  if (rank === 0) return operand.value;
  if (!image.size) return undefined;
  if (rank === 4 && sameImage(operand, image)) return convert(operand, image.layout).value;
  if (rank === 1 && operand.value.shape[0] === image.size.channels) {
    return channelVector(operand.value, image.layout, image.size.channels);
  }
  return undefined;
}

const sameImage = (a: Feature, b: Feature): boolean =>
  a.size !== undefined &&
  b.size !== undefined &&
  dimsEqual(a.size.batch, b.size.batch) &&
  a.size.height === b.size.height &&
  a.size.width === b.size.width &&
  a.size.channels === b.size.channels;

/** One number per channel, in the shape that broadcasts over an image of that layout. */
export function channelVector(vector: Value, layout: Layout, channels: number): Value {
  if (layout.kind === "plain" || layout.kind === "pixels") return vector;
  if (layout.kind === "channelsFirst") return reshape(vector, [channels, 1, 1]);
  const length = layout.rows * layout.columns * channels;
  return gather(
    vector,
    Int32Array.from({ length }, (_, i) => i % channels),
    [length],
    0,
  );
}

function consumers(graph: Graph): (value: Value) => readonly Node[] {
  const uses = new Map<Value, Node[]>();
  for (const node of graph.nodes) {
    for (const input of node.inputs) {
      if (input) uses.set(input, [...(uses.get(input) ?? []), node]);
    }
  }
  return (value) => uses.get(value) ?? [];
}

function sizeOf(value: Value): Pick<Feature, "size"> {
  const size = imageSize(value);
  return size ? { size } : {};
}
