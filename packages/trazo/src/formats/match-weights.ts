import { TrazoError } from "../errors.js";
import type { ModelDefinition, PlacedLayer } from "../network/definition.js";
import { everyLayer } from "../network/layer-graph.js";
import { storedName } from "../network/stored-name.js";
import type { Variable } from "../network/variable.js";
import type { StoredLayer } from "./keras-h5.js";
import { type NamedTensor, requireShape } from "./stored-weights.js";
import { convolutionKernels, turnedAround } from "./theano-kernel.js";
import { layerPlaces, type WeightTree } from "./weight-tree.js";

/**
 * A legacy file's weights, one array a variable of the model. Keras matches layers by position, after dropping those without
 * weights, whatever they are called.
 *
 * @throws TrazoError naming `file` and the layer that does not fit
 */
export function matchByPosition(
  model: ModelDefinition,
  stored: readonly StoredLayer[],
  file: string,
): Float32Array[] {
  const ours = model.layers.filter(hasWeights);
  const theirs = inOrderOf(
    ours,
    stored.filter(({ weights }) => weights.length > 0),
  );
  if (ours.length !== theirs.length) {
    throw new TrazoError(
      `${file}: the model has ${ours.length} layers with weights, but the file stores ${theirs.length}.`,
    );
  }
  const kernels = convolutionKernels([...everyLayer(model)]);
  const found = new Map<Variable, Float32Array>();
  for (const [i, { name, variables }] of ours.entries()) {
    const { weights = [], convolves = false } = theirs[i] ?? {};
    const order = inLegacyOrder(variables);
    for (const [k, weight] of weightsOf({ name, variables: order }, weights, file).entries()) {
      const variable = order[k] as Variable;
      const isTurned = convolves && kernels.has(variable);
      found.set(variable, isTurned ? turnedAround(weight, variable.shape) : weight);
    }
  }
  return model.variables.map((variable) => found.get(variable) as Float32Array);
}

/** A legacy file lists the trained weights of a layer first, also where it is a whole model. */
export const inLegacyOrder = (variables: readonly Variable[]): readonly Variable[] => [
  ...variables.filter(({ trainable }) => trainable),
  ...variables.filter(({ trainable }) => !trainable),
];

/** Where both have the same layers by their names, which of them comes first does not matter. */
function inOrderOf(ours: readonly PlacedLayer[], theirs: readonly StoredLayer[]): readonly StoredLayer[] {
  const byName = new Map(theirs.map((layer) => [storedName(layer.name), layer]));
  const named = ours.map(({ name }) => byName.get(name)).filter((layer) => layer !== undefined);
  return byName.size === theirs.length && named.length === theirs.length ? named : theirs;
}

/** The same for Keras 3's layout, where a layer's place is its class and number. */
export function matchByPlace(model: ModelDefinition, { layers }: WeightTree, file: string): Float32Array[] {
  const places = layerPlaces(model.layers);
  for (const name of layers.keys()) {
    if (places.has(name)) continue;
    throw new TrazoError(
      `${file}: the file stores weights for layers/${name}, but the model has no such layer: ` +
        `its layers are ${[...places.keys()].join(", ")}.`,
    );
  }
  return [...places]
    .filter(([, layer]) => hasWeights(layer))
    .flatMap(([place, layer]) => weightsOf(layer, layers.get(place) ?? [], file));
}

const hasWeights = ({ variables }: PlacedLayer): boolean => variables.length > 0;

function weightsOf(
  { name, variables }: Pick<PlacedLayer, "name" | "variables">,
  stored: readonly NamedTensor[],
  file: string,
): Float32Array[] {
  if (stored.length !== variables.length) {
    throw new TrazoError(
      `${file}: layer "${name}" needs ${variables.length} weights, but the file stores ${stored.length}.`,
    );
  }
  return variables.map(({ shape }, k) => requireShape(stored[k] as NamedTensor, shape, file));
}
