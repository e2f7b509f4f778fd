import type { Shape } from "../graph/value.js";
import type { AnyLayer, LayerBase } from "../layers/layer.js";
import type { Application, AppliedLayer, SymbolicTensor } from "../layers/symbolic.js";
import type { Variable } from "./variable.js";

/** A whole model as a layer of another one. */
export interface ModelLayer extends LayerBase {
  readonly takes: "model";
  readonly model: DescribedModel;
}

/** A layer in its place in a model: named, built for its input, with its weights. */
export interface PlacedLayer {
  readonly layer: AnyLayer | ModelLayer;
  readonly applied: AppliedLayer;
  /** Unique among the layers of its model. */
  readonly name: string;
  /** Unique in the whole model: `conv2d`, or within a nested model `backbone/conv2d`. */
  readonly path: string;
  /** False where it is frozen, or a model that it is part of. */
  readonly trainable: boolean;
  /** Of its first call, whose tensors these are. */
  readonly inputShapes: readonly Shape[];
  readonly outputShapes: readonly Shape[];
  /** The first of them; for an input layer, what it takes. */
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly variables: readonly Variable[];
}

/** One call of a layer. A layer that is shared has several. */
export interface LayerCall {
  readonly placed: PlacedLayer;
  readonly application: Application;
  /** How many calls of the same layer come before it. */
  readonly index: number;
}

/** An input or an output of a model. */
export interface ModelPort {
  /** That of the layer which gives the tensor, unless the model's maker gave another. */
  readonly name: string;
  readonly tensor: SymbolicTensor;
}

/** How the tensors of a model's outputs were given: one by itself, in a list, or by names. */
export type PortForm = "one" | "list" | "named";

/** Which layers a model has, and how tensors flow between them. */
export interface LayerGraph {
  /** In Keras's order, which is that of their weights. */
  readonly layers: readonly PlacedLayer[];
  /** Every call after those whose tensors it takes. */
  readonly calls: readonly LayerCall[];
  readonly inputs: readonly ModelPort[];
  readonly outputs: readonly ModelPort[];
  /** What predictions come as. */
  readonly outputForm: PortForm;
}

/** Keras's class of a model: a chain of layers, or any graph of them. */
export type ModelKind = "Sequential" | "Functional";

/** All that a file says of a model's making. */
export interface DescribedModel extends LayerGraph {
  readonly name: string;
  readonly kind: ModelKind;
  /** As a layer of another model, its values are computed again for the gradients instead of being kept. */
  readonly checkpoint?: boolean | undefined;
}

/** The graph with other layers in the places of its own. */
export function withLayers(graph: LayerGraph, change: (placed: PlacedLayer) => PlacedLayer): LayerGraph {
  const changed = new Map(graph.layers.map((placed) => [placed, change(placed)]));
  return {
    ...graph,
    layers: [...changed.values()],
    calls: graph.calls.map((call) => ({ ...call, placed: changed.get(call.placed) as PlacedLayer })),
  };
}

/** The layer that gives an output, of a nested model the one in it. */
export function layerOfOutput({ outputs, calls }: LayerGraph, output = 0): AnyLayer | undefined {
  const tensor = outputs[output]?.tensor;
  const call = calls.find(({ application }) => application === tensor?.origin);
  if (!tensor || !call) return undefined;
  const { layer } = call.placed;
  if (layer.takes !== "model") return layer;
  return layerOfOutput(layer.model, call.application.outputs.indexOf(tensor));
}

/** All layers, those of nested models after the models that hold them. */
export function* everyLayer({ layers }: Pick<LayerGraph, "layers">): Generator<PlacedLayer> {
  for (const placed of layers) {
    yield placed;
    if (placed.layer.takes === "model") yield* everyLayer(placed.layer.model);
  }
}
