import { TrazoError } from "../errors.js";
import type { ModelDefinition, PlacedLayer } from "../model/definition.js";
import type { StoredLayer } from "./keras-h5.js";
import { type NamedTensor, requireShape } from "./stored-weights.js";
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
  return ours.flatMap((layer, i) => {
    const { weights = [], convolves = false } = theirs[i] ?? {};
    const [kernel, ...others] = weightsOf(layer, weights, file);
    if (!kernel || !convolves || layer.layer.className !== "Conv2D")
      return kernel ? [kernel, ...others] : others;
    return [turnedAround(kernel, layer.variables[0]?.shape ?? []), ...others];
  });
}

/**
 * A kernel `[height, width, channels, filters]` with its rows and columns in reverse order. Theano computes true convolutions,
 * TensorFlow (as the layers here) cross-correlations: Keras up to 2.2.4 turns kernels of files around that another backend wrote.
 */
function turnedAround(
  kernel: Float32Array,
  [height = 0, width = 0, ...rest]: readonly number[],
): Float32Array {
  const places = height * width;
  const size = rest.reduce((product, dim) => product * dim, 1);
  const turned = new Float32Array(kernel.length);
  for (let place = 0; place < places; place++) {
    turned.set(kernel.subarray(place * size, (place + 1) * size), (places - 1 - place) * size);
  }
  return turned;
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
