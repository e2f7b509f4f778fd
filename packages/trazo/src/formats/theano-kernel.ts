import type { PlacedLayer } from "../network/definition.js";
import type { Variable } from "../network/variable.js";

/** The convolution kernels among the weights of some layers. */
export const convolutionKernels = (layers: readonly PlacedLayer[]): ReadonlySet<Variable> =>
  new Set(
    layers
      .filter(({ layer }) => layer.className === "Conv2D")
      .flatMap(({ variables }) => variables.slice(0, 1)),
  );

/**
 * A kernel `[height, width, channels, filters]` with its rows and columns in reverse order. Theano computes true convolutions,
 * TensorFlow (as the layers here) cross-correlations: Keras up to 2.2.4 turns kernels of files around that another backend wrote.
 */
export function turnedAround(
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
