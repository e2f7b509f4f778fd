import type { Sequential, Tensor } from "trazo";
import type { InsideReading } from "../protocol/messages.js";

/** How many units are shown. */
const shown = 128;

/**
 * How far batch normalization's moving averages have come: of some units of the first dense layer the standard deviation that they
 * remember, and the one that the digits really have. Null for a network that does not normalize.
 */
export function averagesOf(model: Sequential, { shape, data }: Tensor<"float32">): InsideReading["averages"] {
  const normalization = model.layers.find(({ className }) => className === "BatchNormalization");
  const variances = normalization?.getWeights()[3];
  if (!variances) return null;
  const units = shape[1] as number;
  const every = Math.max(1, Math.floor(units / shown));
  const places = Array.from({ length: Math.min(shown, units) }, (_, i) => i * every);
  return {
    remembered: places.map((unit) => Math.sqrt(variances[unit] as number)),
    real: places.map((unit) => deviation(data, unit, units)),
  };
}

function deviation(values: Float32Array, column: number, columns: number): number {
  const count = values.length / columns;
  let sum = 0;
  let squares = 0;
  for (let at = column; at < values.length; at += columns) {
    const value = values[at] as number;
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}
