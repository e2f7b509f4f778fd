import type { TrainingModel } from "../callbacks/callback.js";
import { TrazoError } from "../errors.js";
import { encode } from "../graph/encode.js";
import { Graph } from "../graph/graph.js";
import type { Value } from "../graph/value.js";
import { type Lowering, lower } from "../lowering/lower.js";
import { lowerings } from "../lowering/registry.js";
import type { ModelDefinition } from "../network/definition.js";
import type { Feeds, Runtime } from "../runtime/runtime.js";
import type { Tensor } from "../tensor.js";
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

const ofTraining = "A smaller learning rate, or clipping of the gradients (clipnorm), often helps.";
const ofData = "Look at the data: training needs finite numbers.";
const lossItself: Culprit = {
  what: "All layers' outputs are finite: it is the loss itself, or a penalty on weights.",
  advice: ofTraining,
};

/**
 * @param when what has been trained, e.g. `epoch 3, step 1`
 * @throws TrazoError when a weight is not finite, and so not worth saving
 */
export function requireFiniteWeights(model: ModelDefinition, when: string, learningRate: number): void {
  const found = firstWeight(model);
  if (found === undefined) return;
  throw new TrazoError(
    `${found} after ${when}, at a learning rate of ${learningRate}: the update before was too large. This state is not saved. ` +
      ofTraining,
  );
}

/** The model as callbacks get it: it saves itself only as long as `check` has nothing against that. */
export function savingChecked(host: TrainingModel, check: () => void | Promise<void>): TrainingModel {
  return {
    get stopTraining() {
      return host.stopTraining;
    },
    set stopTraining(value) {
      host.stopTraining = value;
    },
    get optimizer() {
      return host.optimizer;
    },
    async save(path) {
      await check();
      await host.save(path);
    },
    async saveWeights(path) {
      await check();
      await host.saveWeights(path);
    },
    requireSavable: async (path) => await host.requireSavable?.(path),
    getWeights: () => host.getWeights(),
    setWeights: (weights) => host.setWeights(weights),
  };
}

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

function firstWeight(model: ModelDefinition): string | undefined {
  for (const { path, tensor } of model.variables) {
    const wrong = wrongValue(tensor);
    if (wrong) return `The first to go wrong is the weight ${path}: it holds ${wrong}`;
  }
  return undefined;
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

/** E.g. `NaN at [3, 0]`. */
function wrongValue({ data, shape }: Tensor): string | undefined {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return undefined;
  const at = data.findIndex((value) => !Number.isFinite(value));
  return at < 0 ? undefined : `${data[at]} at [${placeOf(at, shape).join(", ")}]`;
}

function placeOf(index: number, shape: readonly number[]): number[] {
  let rest = index;
  return shape
    .toReversed()
    .map((size) => {
      const place = rest % size;
      rest = Math.floor(rest / size);
      return place;
    })
    .toReversed();
}
