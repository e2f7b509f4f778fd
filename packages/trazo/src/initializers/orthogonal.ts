import { TrazoError } from "../errors.js";
import type { RandomStream } from "../random/stream.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { sizeOf } from "../tensor.js";
import { defineInitializer } from "./initializer.js";
import { seeded, streamFor } from "./seeded.js";

export type OrthogonalOptions = OptionsOf<typeof orthogonal>;

/**
 * A random matrix with orthonormal columns, or rows where it is wider than high, times `gain` (Keras `Orthogonal`;
 * Saxe, McClelland & Ganguli 2013). A weight of shape (…, out) is taken as a matrix (product of the others, out).
 *
 * @throws TrazoError when used on a weight of fewer than two dimensions
 * @example
 * ```ts
 * layers.dense({ units: 10, kernelInitializer: initializers.orthogonal({ gain: 1.4 }) });
 * ```
 */
export const orthogonal = defineInitializer({
  className: "Orthogonal",
  aliases: ["OrthogonalInitializer"],
  options: withShared(
    {
      /** Factor on the orthogonal matrix. Default 1. */
      gain: withDefault(number(), 1),
    },
    seeded,
  ),
  create: ({ gain, seed }) => ({ init: (shape, random) => draw(shape, gain, streamFor(seed, random)) }),
});

function draw(shape: readonly number[], gain: number, random: RandomStream): Float32Array {
  if (shape.length < 2) {
    throw new TrazoError(
      `Orthogonal needs a weight of at least two dimensions, but got shape [${shape.join(", ")}].`,
    );
  }
  const columns = shape.at(-1) as number;
  const rows = sizeOf(shape.slice(0, -1));
  const vectors = orthonormalVectors(Math.min(rows, columns), Math.max(rows, columns), random);
  const values = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const [vector, element] = rows < columns ? [r, c] : [c, r];
      values[r * columns + c] = gain * (vectors[vector]?.[element] as number);
    }
  }
  return values;
}

/**
 * `count` random orthonormal vectors by modified Gram–Schmidt. That is Q of the QR decomposition whose R has a
 * positive diagonal, hence Keras's Q·sign(diag R). The condition number of a normal matrix grows only with its size,
 * so in float64 one pass is orthogonal to far below float32's resolution.
 */
function orthonormalVectors(count: number, length: number, random: RandomStream): Float64Array[] {
  const vectors: Float64Array[] = [];
  for (let k = 0; k < count; k++) {
    const vector = Float64Array.from({ length }, () => random.normal());
    for (const earlier of vectors) subtract(vector, dot(vector, earlier), earlier);
    const norm = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((x) => x / norm));
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function subtract(from: Float64Array, factor: number, vector: Float64Array): void {
  for (let i = 0; i < from.length; i++) from[i] = (from[i] as number) - factor * (vector[i] as number);
}
