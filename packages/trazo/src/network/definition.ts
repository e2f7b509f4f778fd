import { TrazoError } from "../errors.js";
import { formatShape, shapesEqual } from "../graph/shape.js";
import type { Shape } from "../graph/value.js";
import type { AnyLayer } from "../layers/layer.js";
import type { SymbolicTensor } from "../layers/symbolic.js";
import { snakeCase } from "../names.js";
import { chained, emptyChain } from "./chain.js";
import { withTrainable } from "./freezing.js";
import { fromNewInputs, type GivenOutputs, graphBetween } from "./from-tensors.js";
import type {
  DescribedModel,
  LayerCall,
  LayerGraph,
  ModelKind,
  ModelLayer,
  ModelPort,
  PlacedLayer,
  PortForm,
} from "./layer-graph.js";
import { requireStoredName } from "./stored-name.js";
import type { Variable } from "./variable.js";

export { type PlacedLayer, snakeCase };

/** What stays of a model when its layers are frozen or unfrozen. */
interface Identity {
  readonly name: string;
  /** Where everything random in the model comes from. */
  seed: number;
  /** See `DescribedModel`. */
  checkpoint?: boolean;
}

/** A model's layers, how they are connected, and what follows from that. */
export class ModelDefinition implements DescribedModel {
  readonly name: string;
  readonly kind: ModelKind;
  /** The same for every description of one model. */
  readonly identity: Identity;
  #graph: LayerGraph;

  private constructor(name: string, kind: ModelKind, identity: Identity, graph: LayerGraph) {
    requireStoredName(name, "A model");
    this.name = name;
    this.kind = kind;
    this.identity = identity;
    this.#graph = graph;
  }

  /** A chain of layers, none yet: `add` appends to it. */
  static chain(name: string, seed: number): ModelDefinition {
    return new ModelDefinition(name, "Sequential", { name, seed }, emptyChain);
  }

  /**
   * What lies between some tensors and others.
   *
   * @throws TrazoError when the outputs cannot be computed from the inputs
   */
  static between(
    name: string,
    seed: number,
    inputs: readonly SymbolicTensor[],
    outputs: GivenOutputs,
  ): ModelDefinition {
    for (const given of outputs.names ?? []) requireStoredName(given, "An output");
    const renewed = fromNewInputs(inputs, outputs.tensors);
    const graph = graphBetween(renewed.inputs, { ...outputs, tensors: renewed.outputs }, seed);
    requireOnePlace(graph);
    return new ModelDefinition(name, "Functional", { name, seed }, graph);
  }

  /** Where everything random comes from. */
  get seed(): number {
    return this.identity.seed;
  }

  get checkpoint(): boolean | undefined {
    return this.identity.checkpoint;
  }

  /** Takes over the seed of an interrupted training, for the draws to come. */
  goOnWithSeed(seed: number): void {
    this.identity.seed = seed;
  }

  /** Appends a layer to a chain. */
  add(layer: AnyLayer | ModelLayer): void {
    const graph = chained(this.#graph, layer, this.seed);
    requireOnePlace(graph);
    this.#graph = graph;
  }

  /** The same model, with the same weights, where `isTrained` says which layers are trained. */
  withTrainable(isTrained: (placed: PlacedLayer) => boolean): ModelDefinition {
    return new ModelDefinition(this.name, this.kind, this.identity, withTrainable(this.#graph, isTrained));
  }

  get layers(): readonly PlacedLayer[] {
    return this.#graph.layers;
  }

  get calls(): readonly LayerCall[] {
    return this.#graph.calls;
  }

  get inputs(): readonly ModelPort[] {
    return this.#graph.inputs;
  }

  get outputs(): readonly ModelPort[] {
    return this.#graph.outputs;
  }

  get outputForm(): PortForm {
    return this.#graph.outputForm;
  }

  /** That of the first input. */
  get inputShape(): Shape {
    return this.#shapeOf(this.inputs);
  }

  /** That of the first output. */
  get outputShape(): Shape {
    return this.#shapeOf(this.outputs);
  }

  /** All weights: layer by layer, in Keras's order. */
  get variables(): readonly Variable[] {
    return this.layers.flatMap(({ variables }) => variables);
  }

  get trainableVariables(): readonly Variable[] {
    return this.variables.filter(({ trainable }) => trainable);
  }

  #shapeOf([port]: readonly ModelPort[]): Shape {
    if (port) return port.tensor.shape;
    throw new TrazoError("The model has no layers yet: add some with model.add(...).");
  }

  /** @throws TrazoError when `shape` (with its first axis as the batch) is not what the model takes. */
  requireInput(shape: readonly number[], what: string): void {
    const wanted = this.inputShape.slice(1);
    const given = shape.slice(1);
    if (wanted.length === given.length && wanted.every((dim, axis) => dim === given[axis])) return;
    const isOne = shapesEqual(wanted, shape);
    throw new TrazoError(
      `${what}: the model takes samples of shape ${formatShape(wanted)}, but the data has ${formatShape(given)} ` +
        `(whole shape ${formatShape(shape)}).${isOne ? ` A single sample has the shape ${formatShape([1, ...shape])}.` : ""}`,
    );
  }
}

/** A weight that two layers of a model held would be trained twice in a step. */
function requireOnePlace(graph: LayerGraph): void {
  const places = new Map<object, string>();
  for (const { values, path } of graph.layers.flatMap(({ variables }) => variables)) {
    const other = places.get(values);
    if (other !== undefined) {
      throw new TrazoError(
        `The weight ${path} is also ${other}: a layer or model that is in a model twice must be applied as the same one, ` +
          "e.g. apply(shared, a) and apply(shared, b), not through another model that holds it as well.",
      );
    }
    places.set(values, path);
  }
}
