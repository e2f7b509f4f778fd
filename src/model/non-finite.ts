import { TrazoError } from "../errors.js";
import { encode } from "../graph/encode.js";
import { Graph } from "../graph/graph.js";
import type { Value } from "../graph/value.js";
import { type Lowering, lower } from "../lowering/lower.js";
import { lowerings } from "../lowering/registry.js";
import type { Feeds, Runtime } from "../runtime/runtime.js";
import type { Tensor } from "../tensor.js";
import type { ModelDefinition } from "./definition.js";
import { emitForward, inputName, inputTypeOf } from "./forward.js";
import { sampleWeightName, targetsName } from "./graphs.js";

/** Where training was when its loss was no number any more. */
export interface StepPlace {
  /** Both from 0. */
  readonly epoch: number;
  readonly batch: number;
  readonly learningRate: number;
}

/** Says that the loss is not finite, at which step, and which tensor was the first to go wrong. The weights are those before the step. */
export async function nonFiniteLoss(
  model: ModelDefinition,
  runtime: Runtime,
  feeds: Feeds,
  loss: number,
  { epoch, batch, learningRate }: StepPlace,
): Promise<TrazoError> {
  const culprit = await firstNonFinite(model, runtime, feeds);
  return new TrazoError(
    `The loss is ${loss} in epoch ${epoch + 1}, step ${batch + 1}, at a learning rate of ${learningRate}. ${culprit} ` +
      "The step was not taken. A smaller learning rate, or clipping of the gradients (clipnorm), often helps.",
  );
}

/** @throws TrazoError when a weight is not finite, and so not worth saving */
export function requireFiniteWeights(model: ModelDefinition, place: StepPlace): void {
  const found = firstWeight(model);
  if (found === undefined) return;
  throw new TrazoError(
    `${found} after epoch ${place.epoch + 1}, step ${place.batch}, at a learning rate of ${place.learningRate}: the update ` +
      "before was too large. This state is not saved. A smaller learning rate, or clipping of the gradients (clipnorm), often helps.",
  );
}

async function firstNonFinite(model: ModelDefinition, runtime: Runtime, feeds: Feeds): Promise<string> {
  const given = [
    [inputName, "the inputs"],
    [targetsName, "the targets"],
    [sampleWeightName, "the sample weights"],
  ] as const;
  for (const [name, what] of given) {
    const wrong = wrongValue(feeds[name] as Tensor);
    if (wrong) return `The first to go wrong are ${what} of the batch: they hold ${wrong}.`;
  }
  const weight = firstWeight(model);
  if (weight !== undefined) return `${weight}: the update before was too large, or it was loaded so.`;
  const layer = await firstLayer(model, runtime, feeds);
  if (layer !== undefined) return layer;
  return "All layers' outputs are finite: it is the loss itself, or a penalty on weights.";
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
): Promise<string | undefined> {
  const session = await runtime.load(layerGraph(model, feeds, lowerings[runtime.lowering]));
  try {
    const outputs = await session.run(feeds);
    for (const { name } of model.layers) {
      const output = outputs[outputName(name)];
      const wrong = output && wrongValue(output);
      if (wrong) return `The first to go wrong is the output of the layer "${name}": it holds ${wrong}.`;
    }
    return undefined;
  } finally {
    await session.release();
  }
}

const outputName = (layer: string): string => `output/${layer}`;

function layerGraph(model: ModelDefinition, feeds: Feeds, lowering: Lowering): Uint8Array {
  const graph = new Graph();
  const { outputs } = emitForward(graph, model, inputTypeOf(feeds[inputName] as Tensor), true);
  const { lowered } = lower(graph, lowering);
  const named: Record<string, Value> = {};
  for (const [name, value] of outputs) named[outputName(name)] = lowered(value);
  return encode(named, { name: `${model.name}_layers` });
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
