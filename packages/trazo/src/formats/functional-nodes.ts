import type { Json, JsonObject } from "../errors.js";
import type { Shape } from "../graph/value.js";
import { connectionsOf, type Source, sourcesOf } from "../network/connections.js";
import type { DescribedModel, ModelPort, PlacedLayer, PortForm } from "../network/layer-graph.js";

/**
 * How a version of Keras writes from where a layer takes its tensors: `list`, as up to Keras 2.15 and as all versions read it,
 * or `tensors`, as Keras 3.
 */
export type NodeStyle = "list" | "tensors";

/** The calls of every layer of a model of connected layers. */
export function inboundNodes(model: DescribedModel, style: NodeStyle): (placed: PlacedLayer) => Json[] {
  const connections = connectionsOf(model);
  const trainings = new Map<PlacedLayer, (false | undefined)[]>();
  for (const { placed, application } of model.calls) {
    trainings.set(placed, [...(trainings.get(placed) ?? []), application.training]);
  }
  return (placed) => {
    const calls = connections.get(placed)?.filter((taken) => taken.length > 0) ?? [];
    return calls.map((taken, i) => {
      const training = trainings.get(placed)?.[i];
      const options: JsonObject = training === undefined ? {} : { training };
      if (style === "list") return taken.map((source, k) => [...listed(source), k === 0 ? options : {}]);
      const args = taken.map(tensorOf);
      return { args: takesList(placed) ? [args] : args, kwargs: options };
    });
  };
}

/** Layers of several inputs are called with one list of them. */
const takesList = ({ layer }: PlacedLayer): boolean =>
  layer.takes === "several" || (layer.takes === "model" && layer.model.inputs.length > 1);

/** The model's inputs and outputs as its configuration has them. */
export function portEntries(model: DescribedModel, style: NodeStyle): JsonObject {
  const sources = sourcesOf(model);
  const entry = ({ tensor }: ModelPort): Json[] => {
    const source = sources.get(tensor) as Source;
    if (style === "list") return listed(source);
    // Keras 3 counts a call that a functional model has of itself here, but not in the calls of other layers.
    const own = source.layer.layer.className === "Functional" ? 1 : 0;
    return [source.layer.name, source.call + own, source.output];
  };
  const entries = (ports: readonly ModelPort[], form: PortForm): Json => {
    const all = ports.map(entry);
    if (form === "named") return Object.fromEntries(ports.map(({ name }, i) => [name, all[i] as Json]));
    return style === "tensors" && form === "one" ? (all[0] as Json[]) : all;
  };
  return {
    input_layers: entries(model.inputs, model.inputs.length === 1 ? "one" : "list"),
    output_layers: entries(model.outputs, model.outputForm),
  };
}

/** Keras 2 counts a call that a model has of itself before those by others. */
const listed = ({ layer, call, output }: Source): Json[] => [
  layer.name,
  call + (layer.layer.takes === "model" ? 1 : 0),
  output,
];

function tensorOf({ layer, call, output }: Source): JsonObject {
  const shape = layer.outputShapes[output] as Shape;
  return {
    class_name: "__keras_tensor__",
    config: {
      shape: [null, ...(shape.slice(1) as number[])],
      dtype: "float32",
      keras_history: [layer.name, call, output],
    },
  };
}
