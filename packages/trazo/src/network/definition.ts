import { inWords, TrazoError } from "../errors.js";
import { batch, formatShape, shapesEqual } from "../graph/shape.js";
import type { Dim, Shape } from "../graph/value.js";
import { locateErrors } from "../keras-object.js";
import { hasMethod } from "../known-options.js";
import type { Layer } from "../layers/layer.js";
import { snakeCase } from "../names.js";
import { randomStream } from "../random/derive.js";
import { freeName, requireStoredName } from "./stored-name.js";
import { Variable } from "./variable.js";

export { snakeCase };

/** A layer in its place in a model: named, built for its input, with its weights. */
export interface PlacedLayer {
  readonly layer: Layer;
  readonly name: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly variables: readonly Variable[];
}

/** Places a layer after the others: names it, builds it for what they give, makes its weights. */
function placeLayer(
  layer: Layer,
  before: readonly PlacedLayer[],
  taken: ReadonlySet<string>,
  seed: number,
): PlacedLayer {
  if (!hasMethod(layer, "build")) {
    throw new TrazoError(
      `Layer ${before.length} of the model must be a layer, e.g. layers.flatten(), but got ${inWords(layer)}.`,
    );
  }
  const name = layer.name ?? freeName(snakeCase(layer.className), taken);
  requireStoredName(name, "A layer");
  if (taken.has(name)) {
    throw new TrazoError(`The model already has a layer named "${name}". Layer names must be unique.`);
  }
  const place = `Layer ${before.length} "${name}"`;
  const inputShape = inputShapeOf(layer, name, before.at(-1), place);
  const built = locateErrors(place, () => layer.build(inputShape));
  const variables = built.weights.map(
    (spec) => new Variable(name, spec, randomStream(seed, "initializer", name, spec.name)),
  );
  return { layer, name, inputShape, outputShape: built.outputShape, variables };
}

function inputShapeOf(layer: Layer, name: string, previous: PlacedLayer | undefined, place: string): Shape {
  if (!previous) return firstShape(layer, name);
  const given = previous.outputShape;
  if (layer.inputShape && !shapesEqual([given[0] as Dim, ...layer.inputShape], given)) {
    throw new TrazoError(
      `${place} is given an input of shape ${formatShape(given.slice(1))} by "${previous.name}", but is said to take ` +
        `${formatShape(layer.inputShape)}. Only the first layer of a model needs an input shape: leave it out here.`,
    );
  }
  return given;
}

function firstShape(layer: Layer, name: string): Shape {
  if (layer.inputShape) return [batch, ...layer.inputShape];
  throw new TrazoError(
    `The first layer "${name}" must know its input: begin with layers.input({ shape: [28, 28, 1] }), ` +
      "or give the layer an inputShape.",
  );
}

/** A model's layers and what follows from them. */
export class ModelDefinition {
  readonly name: string;
  #seed: number;
  readonly #layers: PlacedLayer[] = [];
  readonly #names = new Set<string>();

  constructor(name: string, seed: number) {
    requireStoredName(name, "A model");
    this.name = name;
    this.#seed = seed;
  }

  /** Where everything random comes from. */
  get seed(): number {
    return this.#seed;
  }

  /** Takes over the seed of an interrupted training, for the draws to come. */
  goOnWithSeed(seed: number): void {
    this.#seed = seed;
  }

  add(layer: Layer): void {
    const placed = placeLayer(layer, this.#layers, this.#names, this.seed);
    this.#layers.push(placed);
    this.#names.add(placed.name);
  }

  get layers(): readonly PlacedLayer[] {
    return this.#layers;
  }

  get inputShape(): Shape {
    return this.#first.inputShape;
  }

  get outputShape(): Shape {
    return (this.#layers.at(-1) ?? this.#first).outputShape;
  }

  /** All weights: layer by layer, in Keras's order. */
  get variables(): readonly Variable[] {
    return this.#layers.flatMap(({ variables }) => variables);
  }

  get trainableVariables(): readonly Variable[] {
    return this.variables.filter(({ trainable }) => trainable);
  }

  get #first(): PlacedLayer {
    const [first] = this.#layers;
    if (!first) throw new TrazoError("The model has no layers yet: add some with model.add(...).");
    return first;
  }

  /** @throws TrazoError when `shape` (with its first axis as the batch) is not what the model takes. */
  requireInput(shape: readonly number[], what: string): void {
    const wanted = this.inputShape.slice(1);
    const given = shape.slice(1);
    if (wanted.length === given.length && wanted.every((dim, axis) => dim === given[axis])) return;
    throw new TrazoError(
      `${what}: the model takes samples of shape ${formatShape(wanted)}, but the data has ${formatShape(given)} ` +
        `(whole shape ${formatShape(shape)}).`,
    );
  }
}
