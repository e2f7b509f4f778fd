import type { Application, SymbolicTensor } from "../layers/symbolic.js";
import type { DescribedModel, LayerCall, LayerGraph } from "../network/layer-graph.js";

/** What a picture needs of a call. */
export interface PlottedCall extends Pick<LayerCall, "placed" | "index"> {
  readonly application: Pick<Application, "inputs" | "outputs">;
}

export interface PlottedGraph extends Pick<LayerGraph, "inputs" | "outputs"> {
  readonly calls: readonly PlottedCall[];
}

/**
 * A graph with the layers of nested models in the places of the models, named by the way to them: `backbone/conv2d`, and in a
 * model's second call `backbone[1]/conv2d`.
 */
export function expandNested(graph: LayerGraph): PlottedGraph {
  const calls: PlottedCall[] = [];
  const known = new Map(graph.inputs.map(({ tensor }) => [tensor, tensor]));
  expandInto(calls, graph, known, "");
  return {
    calls,
    inputs: graph.inputs,
    outputs: graph.outputs.map((port) => ({ ...port, tensor: known.get(port.tensor) ?? port.tensor })),
  };
}

/**
 * @param known by a graph's tensors those that the picture has: at first those of its inputs. Gets all others
 * @param path of the graph within the whole, with a slash at its end
 */
function expandInto(
  calls: PlottedCall[],
  graph: LayerGraph,
  known: Map<SymbolicTensor, SymbolicTensor>,
  path: string,
): void {
  for (const { placed, application, index } of graph.calls) {
    // An input's own layer: what it gives is known.
    if (application.outputs.every((tensor) => known.has(tensor))) continue;
    const inputs = application.inputs.map((tensor) => known.get(tensor) ?? tensor);
    const name = `${path}${placed.name}`;
    if (placed.layer.takes === "model") {
      const { model } = placed.layer;
      const given = expandModel(calls, model, inputs, `${index === 0 ? name : `${name}[${index}]`}/`);
      for (const [i, tensor] of application.outputs.entries()) known.set(tensor, given[i] ?? tensor);
      continue;
    }
    // Of their own: a model that is called again gives others.
    const outputs = application.outputs.map((tensor) => ({ ...tensor }));
    for (const [i, tensor] of application.outputs.entries()) known.set(tensor, outputs[i] ?? tensor);
    calls.push({ placed: { ...placed, name }, index, application: { inputs, outputs } });
  }
}

/** What a nested model gives for its inputs. */
function expandModel(
  calls: PlottedCall[],
  model: DescribedModel,
  inputs: readonly SymbolicTensor[],
  path: string,
): SymbolicTensor[] {
  const known = new Map(model.inputs.map(({ tensor }, i) => [tensor, inputs[i] ?? tensor]));
  expandInto(calls, model, known, path);
  return model.outputs.map(({ tensor }) => known.get(tensor) ?? tensor);
}
