import type { Graph } from "../graph/graph.js";
import { cast, div, reshape, sub, transpose } from "../graph/ops.js";
import { productOf } from "../graph/shape.js";
import type { Dim, Shape, Value } from "../graph/value.js";
import { locateErrors } from "../keras-object.js";
import type { CallContext } from "../layers/layer.js";
import type { ModelDefinition, PlacedLayer } from "../network/definition.js";
import type { Variable } from "../network/variable.js";
import { type DType, type Tensor, tensor } from "../tensor.js";

/** How a tensor's values reach the graph: the dtype they are stored in, and what divides them there. */
export interface InputType {
  readonly dtype: DType;
  readonly divisor: number;
  /** Subtracted after the division, one number or one per channel. Default 0. */
  readonly mean?: readonly number[] | undefined;
  /** Divides after the subtraction, one number or one per channel. Default 1. */
  readonly std?: readonly number[] | undefined;
  /** In which order an image's axes come. Default channels last, as everywhere here. */
  readonly layout?: "NHWC" | "NCHW" | undefined;
}

export const inputTypeOf = ({ dtype, divisor }: Tensor): InputType => ({ dtype, divisor: divisor ?? 1 });

/** Random numbers that the training loop draws for every batch and feeds. */
export interface NoiseInput {
  readonly name: string;
  readonly kind: "dropout" | "normal" | "uniform";
  /** Fraction dropped; 0 for the other kinds. */
  readonly rate: number;
  readonly shape: Shape;
}

/** The layers' part of a graph. */
export interface Forward {
  readonly predictions: Value;
  /** What each layer gives, by its name. */
  readonly outputs: ReadonlyMap<string, Value>;
  readonly weights: ReadonlyMap<Variable, Value>;
  readonly noise: readonly NoiseInput[];
  /** New values of weights that the forward pass itself changes (moving averages). */
  readonly updates: ReadonlyMap<Variable, Value>;
  /** Scalars to add to the loss (activity regularizers). */
  readonly losses: readonly Value[];
}

/** The graph's name for the model's input. */
export const inputName = "x";

/** Emits all layers, one after another, from the input on. */
export function emitForward(
  graph: Graph,
  model: ModelDefinition,
  type: InputType,
  training: boolean,
): Forward {
  const weights = new Map<Variable, Value>();
  const noise: NoiseInput[] = [];
  const updates = new Map<Variable, Value>();
  const losses: Value[] = [];
  const outputs = new Map<string, Value>();
  let x = emitInput(graph, model.inputShape, type);
  let needsInputGradient = false;
  for (const placed of model.layers) {
    const named: Record<string, Value> = {};
    for (const variable of placed.variables) {
      const value = graph.input(variable.path, "float32", variable.shape);
      weights.set(variable, value);
      named[variable.spec.name] = value;
    }
    const context = contextOf(graph, placed, { training, needsInputGradient }, { noise, updates, losses });
    const input = x;
    x = locateErrors(`Layer "${placed.name}"`, () => placed.layer.call(input, named, context));
    outputs.set(placed.name, x);
    needsInputGradient ||= placed.variables.some(({ trainable }) => trainable);
  }
  return { predictions: x, outputs, weights, noise, updates, losses };
}

function emitInput(graph: Graph, shape: Shape, type: InputType): Value {
  const { dtype, divisor, layout = "NHWC", mean = [0], std = [1] } = type;
  const given = layout === "NHWC" ? shape : [0, 3, 1, 2].map((axis) => shape[axis] as Dim);
  const x = scaled(cast(graph.input(inputName, dtype, given), "float32"), divisor);
  const last = layout === "NHWC" ? x : transpose(x, [0, 2, 3, 1]);
  const centered = mean.every((value) => value === 0) ? last : sub(last, perChannel(graph, mean));
  return std.every((value) => value === 1) ? centered : div(centered, perChannel(graph, std));
}

function perChannel(graph: Graph, values: readonly number[]): Value | number {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return only;
  return graph.constant(tensor("float32", [values.length], Float32Array.from(values)));
}

function scaled(x: Value, divisor: number): Value {
  if (divisor === 1) return x;
  const { shape } = x;
  // As rows: with a last axis of size 1 ONNX Runtime broadcasts value by value, ten times slower.
  const rows = reshape(x, [shape[0] as Dim, productOf(shape.slice(1))]);
  return reshape(div(rows, divisor), shape);
}

interface Collected {
  readonly noise: NoiseInput[];
  readonly updates: Map<Variable, Value>;
  readonly losses: Value[];
}

function contextOf(
  graph: Graph,
  placed: PlacedLayer,
  mode: Pick<CallContext, "training" | "needsInputGradient">,
  collected: Collected,
): CallContext {
  const noiseInput = (kind: NoiseInput["kind"], rate: number, shape: Shape): Value => {
    const name = `${placed.name}/${kind}`;
    collected.noise.push({ name, kind, rate, shape });
    return graph.input(name, "float32", shape);
  };
  return {
    ...mode,
    dropoutMask: (rate, shape) => noiseInput("dropout", rate, shape),
    normalNoise: (shape) => noiseInput("normal", 0, shape),
    uniformNoise: (shape) => noiseInput("uniform", 0, shape),
    updateWeight(name, value) {
      const variable = placed.variables.find(({ spec }) => spec.name === name);
      if (!variable) throw new Error(`The layer "${placed.name}" has no weight "${name}" to update.`);
      collected.updates.set(variable, value);
    },
    addLoss: (penalty) => void collected.losses.push(penalty),
  };
}
