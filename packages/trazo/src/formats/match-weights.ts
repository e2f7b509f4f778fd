import { TrazoError } from "../errors.js";
import type { ModelDefinition, PlacedLayer } from "../network/definition.js";
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
  const theirs = stored.filter(({ weights }) => weights.length > 0);
  if (ours.length !== theirs.length) {
    throw new TrazoError(
      `${file}: the model has ${ours.length} layers with weights, but the file stores ${theirs.length}.`,
    );
  }
  const kernels = convolutionKernels(ours);
  return ours.flatMap((layer, i) => {
    const { weights = [], convolves = false } = theirs[i] ?? {};
    return weightsOf(layer, weights, file).map((weight, k) => {
      const variable = layer.variables[k] as Variable;
      return convolves && kernels.has(variable) ? turnedAround(weight, variable.shape) : weight;
    });
  });
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
  { name, variables }: PlacedLayer,
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
