/** Which pixels of a picture belong to what: a small U-Net (Ronneberger et al. 2015), whose way up sees what the way down saw. */
import { apply, layers, type Model, model, type Runtime, type SymbolicTensor } from "trazo";

const convolve = (x: SymbolicTensor, filters: number): SymbolicTensor =>
  apply(layers.conv2d({ filters, kernelSize: 3, padding: "same", activation: "relu" }), x);

const twice = (x: SymbolicTensor, filters: number): SymbolicTensor => convolve(convolve(x, filters), filters);

/**
 * Pictures in, for each pixel a probability out.
 *
 * @param shape whose sides can be halved `depth` times
 * @param depth how often the picture is halved. Default 3
 * @param filters at full size, doubled with each halving. Default 16
 */
export function uNet({
  shape = [64, 64, 3],
  depth = 3,
  filters = 16,
  seed = 1,
  runtime,
}: {
  shape?: readonly [number, number, number];
  depth?: number;
  filters?: number;
  seed?: number;
  runtime?: Runtime;
} = {}): Model {
  const pixels = layers.input({ shape });
  const seen: SymbolicTensor[] = [];
  let x: SymbolicTensor = pixels;
  for (let level = 0; level < depth; level++) {
    x = twice(x, filters * 2 ** level);
    seen.push(x);
    x = apply(layers.maxPooling2d(), x);
  }
  x = twice(x, filters * 2 ** depth);
  for (let level = depth - 1; level >= 0; level--) {
    const up = layers.conv2dTranspose({ filters: filters * 2 ** level, kernelSize: 2, strides: 2 });
    x = twice(
      apply(layers.concatenate(), [seen[level] as SymbolicTensor, apply(up, x)]),
      filters * 2 ** level,
    );
  }
  const mask = apply(layers.conv2d({ filters: 1, kernelSize: 1, activation: "sigmoid" }), x);
  return model({ inputs: pixels, outputs: mask, name: "u_net", seed, runtime });
}
