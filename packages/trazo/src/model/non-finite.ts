import { TrazoError } from "../errors.js";
import { encode } from "../graph/encode.js";
import { Graph } from "../graph/graph.js";
import type { Value } from "../graph/value.js";
import { type Lowering, lower } from "../lowering/lower.js";
import { lowerings } from "../lowering/registry.js";
import type { ModelDefinition } from "../network/definition.js";
import type { Feeds, Runtime } from "../runtime/runtime.js";
import type { Tensor } from "../tensor.js";
import { firstWeight, ofTraining, wrongValue } from "./finite-weights.js";
import { emitForward, inputNames, inputTypeOf } from "./forward.js";
import { sampleWeightName, targetsName } from "./graphs.js";

/**
 * Says that the loss is not finite, at which step, and which tensor was the first to go wrong. The weights are those before the step.
 *
 * @param when the step, e.g. `epoch 3, step 1`
 */
export async function nonFiniteLoss(
  model: ModelDefinition,
  runtime: Runtime,
  feeds: Feeds,
  loss: number,
  when: string,
  learningRate: number,
): Promise<TrazoError> {
  const { what, advice } = (await firstNonFinite(model, runtime, feeds, true)) ?? lossItself;
  return new TrazoError(
    `The loss is ${loss} in ${when}, at a learning rate of ${learningRate}. ${what} The step was not taken. ${advice}`,
  );
}

/**
 * Says that the validation loss is not finite, after which step, and which tensor was the first to go wrong.
 *
 * @param batches the validation data as they were fed
 * @param when what has been trained, e.g. `epoch 3, step 1`
 */
export async function nonFiniteValidation(
  model: ModelDefinition,
  runtime: Runtime,
  batches: AsyncIterable<Feeds>,
  loss: number,
  when: string,
  learningRate: number,
): Promise<TrazoError> {
  let culprit: Culprit | undefined;
  for await (const feeds of batches) culprit ??= await firstNonFinite(model, runtime, feeds, false);
  const { what, advice } = culprit ?? lossItself;
  return new TrazoError(
    `The validation loss is ${loss} after ${when}, at a learning rate of ${learningRate}. ${what} This state is not saved. ${advice}`,
  );
}

/** What went wrong first, and what to do. */
interface Culprit {
  readonly what: string;
  readonly advice: string;
}

const ofData = "Look at the data: training needs finite numbers.";
const lossItself: Culprit = {
  what: "All layers' outputs are finite: it is the loss itself, or a penalty on weights.",
  advice: ofTraining,
};

async function firstNonFinite(
  model: ModelDefinition,
  runtime: Runtime,
  feeds: Feeds,
  training: boolean,
): Promise<Culprit | undefined> {
  const given = [
    ...inputNames(model).map((name) => [name, "the inputs"] as const),
    [targetsName, "the targets"],
    [sampleWeightName, "the sample weights"],
  ] as const;
  for (const [name, what] of given) {
    const wrong = wrongValue(feeds[name] as Tensor);
    if (wrong) {
      return { what: `The first to go wrong are ${what} of the batch: they hold ${wrong}.`, advice: ofData };
    }
  }
  const weight = firstWeight(model);
  const what =
    weight === undefined
      ? await firstLayer(model, runtime, feeds, training)
      : `${weight}: the update before was too large, or it was loaded so.`;
  return what === undefined ? undefined : { what, advice: ofTraining };
}

/** Runs the forward pass again, with the batch's own noise, and looks at every layer's output. */
async function firstLayer(
  model: ModelDefinition,
  runtime: Runtime,
  feeds: Feeds,
  training: boolean,
): Promise<string | undefined> {
  const { bytes, layers } = layerGraph(model, feeds, training, lowerings[runtime.lowering]);
  const session = await runtime.load(bytes);
  try {
    const outputs = await session.run(feeds);
    for (const path of layers) {
      const output = outputs[outputName(path)];
      const wrong = output && wrongValue(output);
      if (wrong) return `The first to go wrong is the output of the layer "${path}": it holds ${wrong}.`;
    }
    return undefined;
  } finally {
    await session.release();
  }
}

const outputName = (layer: string): string => `output/${layer}`;

/** Every layer's output, and the layers in the order of their calls. */
function layerGraph(
  model: ModelDefinition,
  feeds: Feeds,
  training: boolean,
  lowering: Lowering,
): { bytes: Uint8Array; layers: readonly string[] } {
  const graph = new Graph();
  const { outputs } = emitForward(
    graph,
    model,
    inputNames(model).map((name) => inputTypeOf(feeds[name] as Tensor)),
    training,
  );
  const { lowered } = lower(graph, lowering);
  const named: Record<string, Value> = {};
  for (const [name, value] of outputs) named[outputName(name)] = lowered(value);
  return { bytes: encode(named, { name: `${model.name}_layers` }), layers: [...outputs.keys()] };
}
