import { inWords, TrazoError } from "../errors.js";
import { Graph } from "../graph/graph.js";
import { add, reduceMean } from "../graph/ops.js";
import { batch, formatShape, shapesEqual } from "../graph/shape.js";
import type { Shape, Value } from "../graph/value.js";
import type { ModelDefinition } from "../network/definition.js";
import { requireTensor, type Tensor } from "../tensor.js";
import { emitTensor, inputTypeOf, modelEmitter } from "./forward.js";
import { gradientOutput, lossName, nextOutput, type TrainComputation } from "./graphs.js";

/** The model within a loss of one's own: each call emits its layers, with the same weights. */
export interface ModelCalls {
  /**
   * What the model gives, the first of several outputs.
   *
   * @param x one value, or one per input
   */
  call(x: Value | readonly Value[]): Value;
  /** The same with all outputs. */
  callAll(x: Value | readonly Value[]): readonly Value[];
}

/**
 * A loss of one's own: computed by `ops` from the tensors that it is given, by the names that they have, and from what the model makes
 * of them. A scalar, or numbers of which the mean is taken.
 */
export type OwnLoss<Names extends string = string> = (
  values: { readonly [name in Names]: Value },
  net: ModelCalls,
) => Value;

/** Options of `valueAndGradients`. */
export interface OwnStepOptions {
  /** Whether layers do what they do in training, such as dropping values. Default true. */
  readonly training?: boolean | undefined;
}

/** A loss of one's own and its gradients. */
export interface ValueAndGradients {
  readonly value: number;
  /** One per trainable weight, in their order. */
  readonly gradients: readonly Float32Array[];
}

/** The tensors that a loss is computed from. */
export type OwnTensors<Names extends string = string> = { readonly [name in Names]: Tensor };

/** The graph's name of a tensor. */
export const givenName = (name: string): string => `given/${name}`;

/** How many samples there are. @throws TrazoError for what is no tensor, and where they differ */
export function countGiven(data: OwnTensors): number {
  const entries = Object.entries(data);
  if (entries.length === 0)
    throw new TrazoError("valueAndGradients needs at least one tensor, by name: { x }.");
  for (const [name, tensor] of entries) requireTensor(tensor, `valueAndGradients: "${name}"`);
  const [[first, { shape }]] = entries as [[string, Tensor]];
  const count = shape[0] as number;
  const other = entries.find(([, tensor]) => tensor.shape[0] !== count);
  if (!other) return count;
  throw new TrazoError(
    `valueAndGradients: "${first}" has ${count} samples, but "${other[0]}" has ${other[1].shape[0]}.`,
  );
}

/** What kind of tensors they are. */
export const typesOfGiven = (data: OwnTensors): string =>
  Object.entries(data)
    .map(
      ([name, { dtype, shape, divisor = 1 }]) => `${name} ${dtype}/${divisor}${formatShape(shape.slice(1))}`,
    )
    .join(" ");

/** The graph of a loss with the model's gradients. @throws TrazoError when the loss is none, or does not call the model */
export function ownComputation(
  model: ModelDefinition,
  loss: OwnLoss,
  data: OwnTensors,
  training: boolean,
): TrainComputation {
  const graph = new Graph();
  const values = Object.fromEntries(
    Object.entries(data).map(([name, tensor]) => {
      const shape: Shape = [batch, ...tensor.shape.slice(1)];
      return [name, emitTensor(graph, givenName(name), shape, inputTypeOf(tensor))];
    }),
  );
  const emitter = modelEmitter(graph, model);
  const callAll = (x: Value | readonly Value[]): readonly Value[] =>
    emitter.call(requireInputs(model, Array.isArray(x) ? x : [x]), training);
  const own: unknown = loss(values, { callAll, call: (x) => callAll(x)[0] as Value });
  if (!isValue(own, graph)) {
    throw new TrazoError(
      `valueAndGradients: the loss must give a value made by ops or by net.call, but gave ${inWords(own)}.`,
    );
  }
  const { weights, noise, updates, losses } = emitter.emitted;
  const missing = model.trainableVariables.find((variable) => !weights.has(variable));
  if (missing) {
    throw new TrazoError(
      `valueAndGradients: the loss must call the model, so that it depends on ${missing.path}.`,
    );
  }
  const scalar = own.shape.length === 0 ? own : reduceMean(own, { axes: own.shape.map((_, i) => i) });
  const total = losses.reduce(add, scalar);
  const next = [...updates].map(([variable, value]) => [nextOutput(variable.path), value] as const);
  return {
    name: `${model.name}_own_step`,
    graph,
    outputs: { [lossName]: total, ...Object.fromEntries(next) },
    loss: total,
    gradients: Object.fromEntries(
      model.trainableVariables.map((variable) => [gradientOutput(variable), weights.get(variable) as Value]),
    ),
    noise,
    updated: [...updates.keys()],
  };
}

const isValue = (value: unknown, graph: Graph): value is Value =>
  typeof value === "object" && value !== null && (value as Value).graph === graph;

function requireInputs({ inputs, name }: ModelDefinition, xs: readonly Value[]): readonly Value[] {
  const fits =
    xs.length === inputs.length &&
    inputs.every(({ tensor }, i) => shapesEqual(tensor.shape, xs[i]?.shape ?? []));
  if (fits) return xs;
  const wanted = inputs.map(({ tensor }) => formatShape(tensor.shape)).join(", ");
  const given = xs.map((x) => (x?.shape ? formatShape(x.shape) : inWords(x))).join(", ");
  throw new TrazoError(
    `valueAndGradients: the model "${name}" takes ${wanted}, but is called with ${given}.`,
  );
}
