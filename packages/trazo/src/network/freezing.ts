import { type LayerGraph, type PlacedLayer, withLayers } from "./layer-graph.js";
import { Variable } from "./variable.js";

/**
 * The same layers, trained or frozen as `isTrained` says; what is part of a frozen model is frozen too. Layers that share their
 * weights with these are placed so in models to come.
 */
export const withTrainable = (
  graph: LayerGraph,
  isTrained: (placed: PlacedLayer) => boolean,
  inTrained = true,
): LayerGraph =>
  withLayers(graph, (placed) => {
    const trainable = inTrained && isTrained(placed);
    placed.applied.trainable = trainable;
    const { layer } = placed;
    if (layer.takes !== "model") {
      const variables = placed.variables.map((variable) => variableIn(variable, variable.layer, trainable));
      return { ...placed, trainable, variables };
    }
    const inner = withTrainable(layer.model, isTrained, trainable);
    const variables = inner.layers.flatMap((one) => one.variables);
    return { ...placed, trainable, variables, layer: { ...layer, model: { ...layer.model, ...inner } } };
  });

/** The layers of a model as part of another one: under its path there, and frozen with it. */
export const nestedAt = (graph: LayerGraph, path: string, inTrained: boolean): LayerGraph =>
  withLayers(graph, (placed) => {
    const own = `${path}/${placed.name}`;
    const trainable = inTrained && placed.trainable;
    const { layer } = placed;
    if (layer.takes !== "model") {
      const variables = placed.variables.map((variable) => variableIn(variable, own, trainable));
      return { ...placed, path: own, trainable, variables };
    }
    const inner = nestedAt(layer.model, own, trainable);
    const variables = inner.layers.flatMap((one) => one.variables);
    return {
      ...placed,
      path: own,
      trainable,
      variables,
      layer: { ...layer, model: { ...layer.model, ...inner } },
    };
  });

const variableIn = ({ spec, values }: Variable, layer: string, trainable: boolean): Variable =>
  new Variable(layer, spec, values, spec.trainable && trainable);
