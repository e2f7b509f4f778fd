import { inWords, TrazoError } from "../errors.js";
import { differentiate } from "../graph/differentiate.js";
import { encode } from "../graph/encode.js";
import { Graph } from "../graph/graph.js";
import { add, cast, countOf, div, expandLike, mul, reduceMean, reduceSum, reshape } from "../graph/ops.js";
import { formatShape, isStatic, shapesEqual } from "../graph/shape.js";
import type { Dim, Shape, Value } from "../graph/value.js";
import type { Loss } from "../losses/loss.js";
import { type Lowering, lower } from "../lowering/lower.js";
import { isAccumulated, type Metric } from "../metrics/metric.js";
import type { Objective } from "../network/compiled.js";
import type { ModelDefinition } from "../network/definition.js";
import type { LayerGraph } from "../network/layer-graph.js";
import { allMetrics, type ScoredMetric } from "../network/objective.js";
import type { Variable } from "../network/variable.js";
import type { Computation } from "../plan/session.js";
import type { DType } from "../tensor.js";
import { emitForward, type Forward, type InputTypes, type NoiseInput } from "./forward.js";

/** Dtype and shape of one batch of targets. */
export interface TargetType {
  readonly dtype: DType;
  readonly shape: Shape;
  /** The places of a sample that have a weight each. Default: a sample has one. */
  readonly weighted?: readonly number[] | undefined;
}

export const targetsName = "y";
export const sampleWeightName = "sample_weight";
export const lossName = "loss";
export const predictionsName = "predictions";
export const outputLoss = (key: string): string => `loss/${key}`;
export const metricOutput = (metric: Metric): string => `metric/${metric.name}`;
export const gradientOutput = (variable: Variable): string => `gradient/${variable.path}`;
export const nextOutput = (path: string): string => `next/${path}`;

/** An output that has a loss, with the graph's names for what is fed for it. */
export interface ScoredOutput {
  /** Which output of the model, from 0. */
  readonly index: number;
  readonly name: string;
  readonly loss: Loss;
  readonly lossWeight: number;
  /** See `OutputObjective`. */
  readonly lossKey: string | undefined;
  readonly targetsName: string;
  readonly weightName: string;
}

/** The outputs that have a loss. The first one's targets are `y`, those of others carry the output's name. */
export function scoredOutputs(
  { outputs: ports }: Pick<LayerGraph, "outputs">,
  { outputs }: Objective,
): readonly ScoredOutput[] {
  const scored = outputs.flatMap(({ loss, lossWeight, lossKey }, index) =>
    loss ? [{ index, name: ports[index]?.name ?? "", loss, lossWeight, lossKey }] : [],
  );
  return scored.map((output, i) => ({
    ...output,
    targetsName: i === 0 ? targetsName : `${targetsName}/${output.name}`,
    weightName: i === 0 ? sampleWeightName : `${sampleWeightName}/${output.name}`,
  }));
}

/** The graph's names for what a model gives. */
export const predictionNames = ({ outputs }: Pick<LayerGraph, "outputs">): readonly string[] =>
  outputs.map(({ name }, i) => (i === 0 ? predictionsName : `${predictionsName}/${name}`));

/** A forward pass with the loss and the metric sums of a batch. */
export interface Scored extends Forward {
  readonly graph: Graph;
  /** Weighted mean loss of the batch, of several outputs the weighted sum of theirs; activity penalties included. */
  readonly loss: Value;
  /** Each output's own, by its key in logs, where there are several. */
  readonly outputLosses: Readonly<Record<string, Value>>;
  /** What the batch adds to every metric's state (a mean's is its sum), in the order of `allMetrics`. */
  readonly metricSums: readonly Value[];
}

/**
 * Emits the forward pass, the loss and the metrics.
 *
 * @param targets one per output that has a loss
 */
export function emitScored(
  model: ModelDefinition,
  objective: Objective,
  input: InputTypes,
  targets: readonly TargetType[],
  training: boolean,
): Scored {
  const graph = new Graph();
  const forward = emitForward(graph, model, input, training);
  const outputs = scoredOutputs(model, objective).map((output, i) =>
    emitOutput(graph, output, forward.allPredictions[output.index] as Value, targets[i] as TargetType),
  );
  const [first, ...others] = outputs.map(({ mean, lossWeight }) =>
    lossWeight === 1 ? mean : mul(mean, lossWeight),
  );
  return {
    ...forward,
    graph,
    loss: forward.losses.reduce(add, others.reduce(add, first as Value)),
    outputLosses: Object.fromEntries(
      outputs.flatMap(({ lossKey, mean }) => (lossKey === undefined ? [] : [[lossKey, mean] as const])),
    ),
    metricSums: allMetrics(objective).map((scored) =>
      batchSum(scored, outputs.find(({ index }) => index === scored.output) as EmittedOutput),
    ),
  };
}

interface EmittedOutput extends ScoredOutput {
  readonly predictions: Value;
  readonly y: Value;
  readonly weight: Value;
  readonly mean: Value;
}

function emitOutput(
  graph: Graph,
  output: ScoredOutput,
  predictions: Value,
  target: TargetType,
): EmittedOutput {
  const { loss, targetsName, weightName } = output;
  requireTargets(loss, target.shape, predictions.shape);
  const y = withRank(
    graph.input(targetsName, target.dtype, target.shape),
    loss.targetShape(predictions.shape),
  );
  const weight = graph.input(weightName, "float32", [
    predictions.shape[0] as Dim,
    ...(target.weighted ?? []),
  ]);
  const losses = loss.call(y, predictions);
  // Divided by the number of samples, not by the weights' sum: Keras's "sum over batch size".
  const sum = reduceSum(weighted(losses, weight, `The loss "${loss.kerasName}"`));
  return { ...output, predictions, y, weight, mean: div(sum, countOf(losses, [0], "float32")) };
}

/** One number per sample, weighted: samples as wholes, or first their places. */
function weighted(values: Value, weight: Value, what: string): Value {
  if (weight.shape.length === 1) return mul(perSample(values, what), weight);
  requireWeights(weight.shape, values.shape, what);
  return perSample(mul(values, reshape(weight, values.shape)), what);
}

/** @throws TrazoError where there is not one weight for each number that a sample has */
export function requireWeights(given: Shape, values: Shape, what: string): void {
  const shape = values.at(-1) === 1 && values.length > given.length ? values.slice(0, -1) : values;
  if (sameSample(given, shape)) return;
  throw new TrazoError(
    `${what} has ${values.length < 2 ? "one number" : `numbers of shape ${formatShape(values.slice(1))}`} for each sample, but ` +
      `sampleWeight has ${formatShape(given.slice(1))}: give one factor for each sample, or for each of these numbers.`,
  );
}

/** The shape of a loss before its mean is taken. */
export function lossShape(loss: Loss, target: TargetType, predictions: Shape): Shape {
  const graph = new Graph();
  const y = withRank(graph.input("y", target.dtype, target.shape), loss.targetShape(predictions));
  return loss.call(y, graph.input("predictions", "float32", predictions)).shape;
}

/** What a batch adds to a metric's state. */
function batchSum({ metric, isWeighted }: ScoredMetric, { y, predictions, weight }: EmittedOutput): Value {
  if (!isAccumulated(metric)) {
    const what = `The metric "${metric.name}"`;
    const values = metric.call(y, predictions);
    return reduceSum(isWeighted ? weighted(values, weight, what) : perSample(values, what));
  }
  const ones = expandLike(weight.graph.scalar("float32", 1), perSample(weight, "The weight"));
  const sums = cast(metric.update(y, predictions, isWeighted ? weight : ones), "float32");
  const size = stateSize(metric, predictions.shape);
  if (shapesEqual(sums.shape, [size]) || (size === 1 && sums.shape.length === 0)) return sums;
  throw new TrazoError(
    `The metric "${metric.name}" has a state of ${size} numbers, but its update gives ${formatShape(sums.shape)}: ` +
      `expected [${size}], one number per entry of the state.`,
  );
}

/** How many numbers a metric adds up over the batches. */
const stateSize = (metric: Metric, predictionShape: Shape): number =>
  initialState(metric, predictionShape).length;

/** A metric's state before the first batch. */
export const initialState = (metric: Metric, predictionShape: Shape): readonly number[] =>
  isAccumulated(metric) ? metric.init(predictionShape) : [0];

/** Where predictions have more axes than one, Keras averages over all places of all samples. */
function perSample(values: Value, what: string): Value {
  const given: Partial<Value> | undefined = values;
  if (!given?.shape?.length) {
    const got = given?.shape ? "one number for all of them" : inWords(given);
    throw new TrazoError(`${what} must give one number for each sample, of shape [batch], but gives ${got}.`);
  }
  const { shape } = values;
  return shape.length === 1 ? values : reduceMean(values, { axes: shape.slice(1).map((_, i) => i + 1) });
}

/** One number a sample may come as `[batch]` where `[batch, 1]` is predicted, as in Keras. */
function withRank(y: Value, wanted: Shape): Value {
  return y.shape.length === 1 && wanted.length === 2 ? reshape(y, wanted) : y;
}

/** What usually is the matter, by the losses' names. */
const targetHints: Readonly<Record<string, string>> = {
  categorical_crossentropy:
    " One-hot targets come from toCategorical(labels, numClasses); for class indices use sparseCategoricalCrossentropy.",
  sparse_categorical_crossentropy: " For one-hot targets use categoricalCrossentropy.",
};

/** @throws TrazoError when targets of a shape do not go with predictions of a shape */
export function requireTargets(loss: Loss, given: Shape, predictions: Shape): void {
  const wanted = loss.targetShape(predictions);
  const isColumn = (shape: Shape): boolean => shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  if (sameSample(given, wanted) || (isColumn(given) && isColumn(wanted))) return;
  throw new TrazoError(
    `${loss.kerasName} needs targets of shape ${formatShape(wanted)} for predictions of shape ` +
      `${formatShape(predictions)}, but got ${formatShape(given)}.${targetHints[loss.kerasName] ?? ""}`,
  );
}

function sameSample(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.slice(1).every((dim, i) => isStatic(dim) && dim === b[i + 1]);
}

/** The training step without its update: loss, metric sums, gradients, moving averages. */
export interface TrainComputation extends Computation {
  readonly noise: readonly NoiseInput[];
  /** Weights that the forward pass changes, under `nextOutput(path)`. */
  readonly updated: readonly Variable[];
}

export function trainComputation(
  model: ModelDefinition,
  objective: Objective,
  input: InputTypes,
  targets: readonly TargetType[],
): TrainComputation {
  const scored = emitScored(model, objective, input, targets, true);
  const { graph, loss, noise, updates } = scored;
  const gradients = model.trainableVariables.map(
    (variable) => [gradientOutput(variable), scored.weights.get(variable) as Value] as const,
  );
  const next = [...updates].map(([variable, value]) => [nextOutput(variable.path), value] as const);
  return {
    name: `${model.name}_train`,
    graph,
    outputs: { ...scoreOutputs(scored, objective), ...Object.fromEntries(next) },
    loss,
    gradients: Object.fromEntries(gradients),
    noise,
    updated: [...updates.keys()],
  };
}

/** Loss and metric sums in inference mode. */
export function evaluateComputation(
  model: ModelDefinition,
  objective: Objective,
  input: InputTypes,
  targets: readonly TargetType[],
): Computation {
  const scored = emitScored(model, objective, input, targets, false);
  return { name: `${model.name}_evaluate`, graph: scored.graph, outputs: scoreOutputs(scored, objective) };
}

/** Predictions in inference mode. */
export function predictComputation(model: ModelDefinition, input: InputTypes): Computation {
  const graph = new Graph();
  const { allPredictions } = emitForward(graph, model, input, false);
  const outputs = predictionNames(model).map((name, i) => [name, allPredictions[i] as Value]);
  return { name: `${model.name}_predict`, graph, outputs: Object.fromEntries(outputs) };
}

/** Writes a computation as an ONNX model. */
export function encodeComputation(
  { name, graph, outputs, loss, gradients = {} }: Computation,
  lowering: Lowering,
): Uint8Array {
  const { lowered } = lower(graph, lowering);
  const results = loss
    ? differentiate(
        lowered(loss),
        Object.values(gradients).map((value) => lowered(value)),
      )
    : [];
  const named = Object.entries(outputs).map(([key, value]) => [key, lowered(value)] as const);
  const derived = Object.keys(gradients).map((key, i) => [key, results[i] as Value] as const);
  return encode(Object.fromEntries([...named, ...derived]), { name });
}

export function scoreOutputs(scored: Scored, objective: Objective): Record<string, Value> {
  const outputs: Record<string, Value> = { [lossName]: scored.loss };
  for (const [key, loss] of Object.entries(scored.outputLosses)) outputs[outputLoss(key)] = loss;
  for (const [i, { metric }] of allMetrics(objective).entries()) {
    outputs[metricOutput(metric)] = scored.metricSums[i] as Value;
  }
  return outputs;
}
