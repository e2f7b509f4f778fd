import { inWords, TrazoError } from "../errors.js";
import { differentiate } from "../graph/differentiate.js";
import { encode } from "../graph/encode.js";
import { Graph } from "../graph/graph.js";
import { mul, reduceSum } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import type { Shape, Value } from "../graph/value.js";
import { lower } from "../lowering/lower.js";
import { lowerings } from "../lowering/registry.js";
import type { ModelDefinition } from "../network/definition.js";
import type { Runtime } from "../runtime/runtime.js";
import { shownAsTensor, sizeOf, sliceRows, type Tensor } from "../tensor.js";
import {
  emitForward,
  type InputType,
  inputName,
  inputNames,
  inputTypeOf,
  probeAtInput,
  probeName,
} from "./forward.js";
import type { GivenInputs } from "./inputs.js";
import { weightFeeds } from "./training-step.js";

/** Options of `gradients`. */
export interface GradientOptions {
  /** The number of the output whose score is asked about. Default: for each sample that of its highest score. */
  readonly of?: number | undefined;
  /** The layer, by its name, or its path within nested models; of several inputs one by its name. Default: the first input. */
  readonly at?: string | undefined;
  /** Of several outputs the one that gives the scores, by its name. Default: the first. */
  readonly output?: string | undefined;
}

/** What a layer gives for some samples, and by how much a score changes with each value. */
export interface ValuesAndGradients {
  readonly values: Tensor<"float32">;
  readonly gradients: Tensor<"float32">;
}

/** What is taken for a score: what the model gives, or, where that comes from a softmax, what that was given. */
export type ScoreKind = "output" | "before softmax";

const samplesAtOnce = 32;
const chosenName = "chosen";
const predictionsName = "predictions";

/** @throws TrazoError for an output that there is not, and a model whose outputs are not scores */
export async function scoreGradients(
  model: ModelDefinition,
  runtime: Runtime,
  { x, others = {} }: GivenInputs,
  { of, at, output, score }: GradientOptions & { readonly score: ScoreKind },
): Promise<ValuesAndGradients> {
  const index = requireOutput(model, output);
  const classes = requireScores(model.outputs[index]?.tensor.shape ?? [], of);
  const types = inputNames(model).map((name, i) => inputTypeOf(i === 0 ? x : (others[name] as Tensor)));
  const { bytes, shape } = buildGraph(model, types, at, { index, score });
  const count = x.shape[0] as number;
  const weights = weightFeeds(model.variables);
  const session = await runtime.load(bytes);
  try {
    const values: Tensor<"float32">[] = [];
    const gradients: Tensor<"float32">[] = [];
    for (let start = 0; start < count; start += samplesAtOnce) {
      const end = Math.min(start + samplesAtOnce, count);
      const size = end - start;
      const feeds = {
        [inputName]: sliceRows(x, start, end),
        ...Object.fromEntries(
          Object.entries(others).map(([name, tensor]) => [name, sliceRows(tensor, start, end)]),
        ),
        [probeName]: zeros([size, ...(shape.slice(1) as number[])]),
        ...weights,
      };
      // Which score is asked about may follow from the scores themselves, so the first run is for those.
      const first = await session.run({ ...feeds, [chosenName]: zeros([size, classes]) });
      const predicted = copyOf(first[predictionsName] as Tensor<"float32">);
      const outputs = await session.run({ ...feeds, [chosenName]: chosen(predicted, classes, of) });
      values.push(copyOf(outputs.values as Tensor<"float32">));
      gradients.push(copyOf(outputs.gradients as Tensor<"float32">));
    }
    return { values: joined(values), gradients: joined(gradients) };
  } finally {
    await session.release();
  }
}

const zeros = (shape: readonly number[]): Tensor<"float32"> => ({
  dtype: "float32",
  shape,
  data: new Float32Array(sizeOf(shape)),
});

const copyOf = ({ shape, data }: Tensor<"float32">): Tensor<"float32"> => ({
  dtype: "float32",
  shape,
  data: data.slice(),
});

/** How many scores the model gives a sample. */
function requireScores(outputShape: Shape, of: number | undefined): number {
  const [, classes, ...more] = outputShape;
  if (typeof classes !== "number" || more.length > 0) {
    throw new TrazoError(
      `gradients needs a model that gives scores [batch, n], but this one gives ${formatShape(outputShape)}.`,
    );
  }
  if (of === undefined || (Number.isInteger(of) && of >= 0 && of < classes)) return classes;
  throw new TrazoError(`gradients: of must be the number of an output, 0 to ${classes - 1}, but is ${of}.`);
}

/** Which output is asked about. */
function requireOutput({ outputs }: ModelDefinition, output: string | undefined): number {
  if (output === undefined) return 0;
  const names = outputs.map(({ name }) => name);
  if (names.includes(output)) return names.indexOf(output);
  throw new TrazoError(
    `gradients: the model has no output ${inWords(output)}. Its outputs are ${names.join(", ")}.`,
  );
}

function buildGraph(
  model: ModelDefinition,
  types: readonly InputType[],
  at: string | undefined,
  { index, score: kind }: { readonly index: number; readonly score: ScoreKind },
): { bytes: Uint8Array; shape: Shape } {
  const graph = new Graph();
  const { allPredictions, probed } = emitForward(graph, model, types, false, at ?? probeAtInput);
  const predictions = allPredictions[index] as Value;
  if (!probed) throw new TrazoError(`gradients: the layer "${at}" gives no tensor of its own.`);
  const scores = kind === "output" ? predictions : beforeSoftmax(predictions);
  const score = reduceSum(mul(scores, graph.input(chosenName, "float32", scores.shape)));
  const { lowered } = lower(graph, lowerings.direct);
  const { values, probe } = probed;
  // What a layer gives may be computed together with what follows it: only an input is sure to be on the way to the score.
  const [gradients] = differentiate(lowered(score), [lowered(probe)]);
  return {
    bytes: encode(
      { values: lowered(values), gradients: gradients as Value, [predictionsName]: lowered(predictions) },
      { name: `${model.name}_gradients` },
    ),
    shape: values.shape,
  };
}

/** What a softmax was given: a model that is sure gives probabilities of almost 1, which change with nothing any more. */
function beforeSoftmax(predictions: Value): Value {
  const { producer } = predictions;
  return producer?.op === "Softmax" ? (producer.inputs[0] as Value) : predictions;
}

/** 1 for the output that is asked about. */
function chosen(
  { shape, data }: Tensor<"float32">,
  classes: number,
  of: number | undefined,
): Tensor<"float32"> {
  const ones = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += classes) {
    const scores = data.subarray(start, start + classes);
    ones[start + (of ?? scores.indexOf(scores.reduce((a, b) => Math.max(a, b))))] = 1;
  }
  return { dtype: "float32", shape, data: ones };
}

function joined(parts: readonly Tensor<"float32">[]): Tensor<"float32"> {
  const size = parts.reduce((sum, { data }) => sum + data.length, 0);
  const data = new Float32Array(size);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  const count = parts.reduce((sum, { shape }) => sum + (shape[0] as number), 0);
  return shownAsTensor({ dtype: "float32", shape: [count, ...(parts[0]?.shape.slice(1) ?? [])], data });
}
