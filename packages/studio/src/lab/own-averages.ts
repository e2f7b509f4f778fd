import type { Sequential, Tensor } from "trazo";
import { givenBy } from "./inside.js";

/**
 * What a network answers with the averages of these digits in place of those that its batch normalization remembers: as it read them in
 * training. The network is as before afterwards. One that does not normalize answers as always.
 *
 * @param digits `[n, 28, 28, 1]`
 * @returns `[n, 10]`
 */
export async function readByOwnAverages(model: Sequential, digits: Tensor): Promise<Tensor<"float32">> {
  const normalizing = [...model.layers.entries()].filter(([, one]) => one.className === "BatchNormalization");
  const before = normalizing.map(([, layer]) => ({ layer, weights: layer.getWeights() }));
  try {
    for (const [place, layer] of normalizing) {
      // What a later one is given depends on the averages of those before it.
      const given = await givenBy(model, model.layers[place - 1]?.name ?? "", digits);
      const [gamma, beta] = layer.getWeights() as [Float32Array, Float32Array];
      layer.setWeights([gamma, beta, ...momentsOf(given)]);
    }
    return await model.predict(digits, { batchSize: 250 });
  } finally {
    for (const { layer, weights } of before) layer.setWeights(weights);
  }
}

/** Mean and variance of each unit. @param given row by row, a unit a column */
function momentsOf({ shape, data }: Tensor<"float32">): readonly [Float32Array, Float32Array] {
  const units = shape[1] as number;
  const count = data.length / units;
  const [sums, squares] = [new Float64Array(units), new Float64Array(units)];
  for (let row = 0; row < data.length; row += units) {
    for (let unit = 0; unit < units; unit++) {
      const value = data[row + unit] as number;
      sums[unit] = (sums[unit] as number) + value;
      squares[unit] = (squares[unit] as number) + value * value;
    }
  }
  const mean = Float32Array.from(sums, (sum) => sum / count);
  return [mean, Float32Array.from(squares, (sum, unit) => Math.max(0, sum / count - (mean[unit] ?? 0) ** 2))];
}
