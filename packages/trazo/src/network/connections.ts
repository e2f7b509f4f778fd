import type { SymbolicTensor } from "../layers/symbolic.js";
import type { LayerGraph, PlacedLayer } from "./layer-graph.js";

/** Where a tensor comes from. */
export interface Source {
  readonly layer: PlacedLayer;
  /** Which call of the layer, from 0. */
  readonly call: number;
  /** Which of its outputs, from 0. */
  readonly output: number;
}

/** Where every tensor in a model comes from. The input of a chain that begins with no input layer comes from none. */
export function sourcesOf({ calls }: LayerGraph): ReadonlyMap<SymbolicTensor, Source> {
  const sources = new Map<SymbolicTensor, Source>();
  for (const { placed: layer, application, index: call } of calls) {
    for (const [output, tensor] of application.outputs.entries())
      sources.set(tensor, { layer, call, output });
  }
  return sources;
}

/** For each call of each layer, from where it takes what; an input layer has one call that takes nothing. */
export function connectionsOf(graph: LayerGraph): ReadonlyMap<PlacedLayer, readonly (readonly Source[])[]> {
  const sources = sourcesOf(graph);
  const connections = new Map<PlacedLayer, (readonly Source[])[]>(graph.layers.map((layer) => [layer, []]));
  for (const { placed, application } of graph.calls) {
    const taken = application.inputs.map((tensor) => sources.get(tensor));
    connections.get(placed)?.push(taken.filter((source) => source !== undefined));
  }
  return connections;
}

/** As Keras names a tensor: `conv2d[0][0]`. */
export const sourceText = ({ layer, call, output }: Source): string => `${layer.name}[${call}][${output}]`;
