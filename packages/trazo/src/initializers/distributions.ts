import type { RandomStream } from "../random/stream.js";
import { sizeOf } from "../tensor.js";

/** Values uniform on [low, high), row-major. */
export function fillUniform(
  shape: readonly number[],
  low: number,
  high: number,
  random: RandomStream,
): Float32Array {
  return fill(shape, () => low + (high - low) * random.uniform());
}

/** Normal values. */
export function fillNormal(
  shape: readonly number[],
  mean: number,
  stddev: number,
  random: RandomStream,
): Float32Array {
  return fill(shape, () => mean + stddev * random.normal());
}

/** Normal values, drawn again until they lie within two standard deviations of the mean. */
export function fillTruncatedNormal(
  shape: readonly number[],
  mean: number,
  stddev: number,
  random: RandomStream,
): Float32Array {
  return fill(shape, () => {
    let z = random.normal();
    while (Math.abs(z) > 2) z = random.normal();
    return mean + stddev * z;
  });
}

function fill(shape: readonly number[], draw: () => number): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = draw();
  return values;
}
