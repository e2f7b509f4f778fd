import { argMax, type Sequential, type Tensor } from "trazo";
import { uniforms } from "./uniforms.js";

/** Shares of each dense layer's units that are taken out of a trained network. */
export const removedShares = [0, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95] as const;

/** So that all networks lose the same units. */
const seed = 7;

/**
 * What a network reads without a share of its hidden dense units: those that stay count for the others, as in training with dropout.
 * The network is as before afterwards.
 *
 * @param digits `[n, 28, 28, 1]`
 * @returns the label of each digit
 */
export async function readWithout(model: Sequential, share: number, digits: Tensor): Promise<number[]> {
  // Without a unit is without the weights that take what it gives.
  const takers = model.layers.filter(({ className }) => className === "Dense").slice(1);
  const uniform = uniforms(seed);
  const before = takers.map((layer) => layer.getWeights());
  try {
    for (const [i, layer] of takers.entries()) {
      const [kernel = new Float32Array(0), bias = new Float32Array(0)] = before[i] ?? [];
      layer.setWeights([withoutRows(kernel, bias.length, share, uniform), bias]);
    }
    const answers = await model.predict(digits, { batchSize: 250 });
    return Array.from(argMax(answers).data);
  } finally {
    for (const [i, layer] of takers.entries()) layer.setWeights(before[i] ?? []);
  }
}

/** A kernel, row by row, in which some rows are zero and the others make up for them. */
function withoutRows(
  kernel: Float32Array,
  columns: number,
  share: number,
  uniform: () => number,
): Float32Array {
  const left = kernel.slice();
  for (let row = 0; row < kernel.length / columns; row++) {
    const factor = uniform() < share ? 0 : 1 / (1 - share);
    for (let column = row * columns; column < (row + 1) * columns; column++) {
      left[column] = (left[column] as number) * factor;
    }
  }
  return left;
}
