import { TrazoError } from "../errors.js";
import { batch, formatShape, shapesEqual } from "../graph/shape.js";
import type { Dim, Shape } from "../graph/value.js";
import { locateErrors } from "../keras-object.js";
import { inputLayer, inputTensor } from "../layers/input.js";
import type { AnyLayer } from "../layers/layer.js";
import {
  Application,
  AppliedLayer,
  buildLayer,
  onlyOutput,
  type SymbolicTensor,
} from "../layers/symbolic.js";
import { applyModel } from "./apply-model.js";
import type { LayerGraph, ModelLayer } from "./layer-graph.js";
import { layerName, placeLayer } from "./place-layer.js";

/** A model without layers. */
export const emptyChain: LayerGraph = { layers: [], calls: [], inputs: [], outputs: [], outputForm: "one" };

/**
 * A chain with one more layer at its end.
 *
 * @throws TrazoError for a layer that does not fit there
 */
export function chained(chain: LayerGraph, layer: AnyLayer | ModelLayer, seed: number): LayerGraph {
  const { layers, calls } = chain;
  const taken = new Set(layers.map(({ name }) => name));
  // Not shared with other models that the same layer is in: a list of layers can make any number of models.
  const applied = new AppliedLayer(layer);
  const name = layerName(applied, layers.length, taken);
  const where = `Layer ${layers.length} "${name}"`;
  const isInput = layer.className === "InputLayer" && layers.length === 0;
  const input = isInput
    ? inputTensor({ ...layer } as AnyLayer & { takes?: "one" })
    : inputOf(chain, layer, name, where);
  const application = isInput
    ? new Application(applied, [], [input.shape])
    : locateErrors(where, () => applicationOf(applied, layer, input));
  const placed = placeLayer(application, name, where, seed);
  const tensor = onlyOutput(application);
  const first = isInput ? { name, tensor } : { name: `${name}_input`, tensor: input };
  return {
    layers: [...layers, placed],
    calls: [...calls, { placed, application, index: 0 }],
    inputs: chain.inputs.length > 0 ? chain.inputs : [first],
    outputs: [{ name, tensor }],
    outputForm: "one",
  };
}

function applicationOf(
  applied: AppliedLayer,
  layer: AnyLayer | ModelLayer,
  input: SymbolicTensor,
): Application {
  if (layer.takes === "model") return applyModel(applied, layer, [input]);
  return new Application(applied, [input], [buildLayer(layer, [input.shape]).outputShape]);
}

function inputOf(
  chain: LayerGraph,
  layer: AnyLayer | ModelLayer,
  name: string,
  where: string,
): SymbolicTensor {
  const [previous] = chain.outputs;
  if (!previous) return firstInput(layer, name);
  const given = previous.tensor.shape;
  if (layer.inputShape && !shapesEqual([given[0] as Dim, ...layer.inputShape], given)) {
    throw new TrazoError(
      `${where} is given an input of shape ${formatShape(given.slice(1))} by "${previous.name}", but is said to take ` +
        `${formatShape(layer.inputShape)}. Only the first layer of a model needs an input shape: leave it out here.`,
    );
  }
  return previous.tensor;
}

function firstInput(layer: AnyLayer | ModelLayer, name: string): SymbolicTensor {
  const shape = sampleShapeOf(layer);
  if (shape) return inputTensor(inputLayer({ shape: shape.slice(1) as number[], name: `${name}_input` }));
  throw new TrazoError(
    `The first layer "${name}" must know its input: begin with layers.input({ shape: [28, 28, 1] }), ` +
      "or give the layer an inputShape.",
  );
}

function sampleShapeOf(layer: AnyLayer | ModelLayer): Shape | undefined {
  if (layer.takes === "model") return layer.model.inputs[0]?.tensor.shape;
  return layer.inputShape && [batch, ...layer.inputShape];
}
