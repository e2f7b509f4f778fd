import { inWords, TrazoError } from "../errors.js";
import { formatShape, shapesEqual } from "../graph/shape.js";
import type { Shape } from "../graph/value.js";
import { locateErrors } from "../keras-object.js";
import { hasMethod } from "../known-options.js";
import type { AnyLayer, BuiltLayer } from "../layers/layer.js";
import { type Application, type AppliedLayer, buildLayer } from "../layers/symbolic.js";
import { snakeCase } from "../names.js";
import { randomStream } from "../random/derive.js";
import { sizeOf } from "../tensor.js";
import { nestedAt } from "./freezing.js";
import type { ModelLayer, PlacedLayer } from "./layer-graph.js";
import { freeName, requireStoredName } from "./stored-name.js";
import { DrawnWeight, Variable } from "./variable.js";

/**
 * A layer's name in a model: its own, else the one that it has in another model, else one made of its class.
 *
 * @param number of the layer in the model, for errors
 * @throws TrazoError for what is not a layer, and an invalid or repeated name
 */
export function layerName(
  { layer, name: elsewhere }: AppliedLayer,
  number: number,
  taken: ReadonlySet<string>,
): string {
  const isLayer = hasMethod(layer, "build") || (layer as AnyLayer | ModelLayer)?.takes === "model";
  if (!isLayer) {
    throw new TrazoError(
      `Layer ${number} of the model must be a layer, e.g. layers.flatten(), but got ${inWords(layer)}.`,
    );
  }
  const name = layer.name ?? freeName(elsewhere ?? snakeCase(layer.className), taken);
  requireStoredName(name, "A layer");
  if (taken.has(name)) {
    throw new TrazoError(`The model already has a layer named "${name}". Layer names must be unique.`);
  }
  return name;
}

/**
 * A layer in its place: built for its first call, with its weights.
 *
 * @param where names the layer in errors
 * @param seed from which its weights are drawn, unless it has them from another model
 */
export function placeLayer(application: Application, name: string, where: string, seed: number): PlacedLayer {
  const { applied } = application;
  const inputShapes = application.inputs.map(({ shape }) => shape);
  const outputShapes = application.outputs.map(({ shape }) => shape);
  applied.name ??= name;
  const { trainable } = applied;
  const common = {
    applied,
    name,
    path: name,
    trainable,
    inputShapes,
    outputShapes,
    inputShape: (inputShapes[0] ?? outputShapes[0]) as Shape,
    outputShape: outputShapes[0] as Shape,
  };
  const layer = applied.layer as AnyLayer | ModelLayer;
  if (layer.takes === "model") {
    const model = { ...layer.model, ...nestedAt(layer.model, name, trainable) };
    return {
      ...common,
      layer: { ...layer, model },
      variables: model.layers.flatMap(({ variables }) => variables),
    };
  }
  const { weights } = locateErrors(where, () => {
    const built = buildFor(layer, application);
    requireHoldable(built, layer.className);
    return built;
  });
  applied.weights ??= weights.map(
    (spec) => new DrawnWeight(spec, randomStream(seed, "initializer", name, spec.name)),
  );
  const values = applied.weights;
  const variables = weights.map(
    (spec, i) => new Variable(name, spec, values[i] as DrawnWeight, spec.trainable && trainable),
  );
  return { ...common, layer, variables };
}

/** Numbers that a weight may have: what fits in the 4 GiB that the plan's kernels can address. */
const mostNumbers = 2 ** 30;

/** @throws TrazoError for a weight that no memory could hold, before it is drawn for minutes */
function requireHoldable({ weights }: BuiltLayer, className: string): void {
  const huge = weights.find(({ shape }) => sizeOf(shape) > mostNumbers);
  if (!huge) return;
  const count = sizeOf(huge.shape).toLocaleString("en-US");
  throw new TrazoError(
    `${className}: its ${huge.name} ${formatShape(huge.shape)} would have ${count} numbers; a weight may have at most ` +
      `${mostNumbers.toLocaleString("en-US")}. Make its input smaller, e.g. by pooling or strides before it, or give it fewer units.`,
  );
}

/** Input layers stand for what a model takes: their shape is that of what they give. */
function buildFor(layer: AnyLayer, { inputs, outputs }: Application): BuiltLayer {
  const shapes = (inputs.length > 0 ? inputs : outputs).map(({ shape }) => shape);
  return buildLayer(layer, shapes);
}

/** @throws TrazoError where a layer that is called again would need other weights */
export function requireSameWeights({ layer, name, variables }: PlacedLayer, application: Application): void {
  if (layer.takes === "model") return;
  const { weights } = buildFor(layer, application);
  for (const [i, { spec }] of variables.entries()) {
    const shape = weights[i]?.shape ?? [];
    if (shapesEqual(shape, spec.shape)) continue;
    throw new TrazoError(
      `Layer "${name}" is applied to ${application.inputs.map((input) => formatShape(input.shape)).join(", ")}, where its ` +
        `${spec.name} would need the shape ${formatShape(shape)}, but it is shared and has ${formatShape(spec.shape)}.`,
    );
  }
}
