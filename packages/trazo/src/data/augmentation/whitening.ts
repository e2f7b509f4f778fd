import { symmetricEigen } from "./symmetric-eigen.js";

/** Directions in which the data vary less than this, as a share of the largest, are rounding errors. */
const noise = 1e-6;

/**
 * The matrix of zero-phase component analysis (Bell & Sejnowski 1997), as Keras has it: `U diag(√n / (s + epsilon)) Uᵀ`, of the singular
 * values `s` and left vectors `U` of the centered samples as columns. Directions in which the samples do not vary at all are left out.
 *
 * @param rows centered samples, one after the other
 * @param size of one sample
 * @returns row by row
 */
export function whiteningMatrix(rows: Float64Array, size: number, epsilon: number): Float32Array {
  const count = rows.length / size;
  // The smaller of the two products of the data with itself has the same singular values.
  const { values, vectors, length } =
    count < size ? fromGram(rows, count, size) : fromScatter(rows, count, size);
  const largest = Math.sqrt(Math.max(0, ...values));
  const matrix = new Float64Array(size * size);
  for (const [i, value] of values.entries()) {
    const singular = Math.sqrt(Math.max(0, value));
    if (singular <= noise * largest) continue;
    const factor = Math.sqrt(count) / (singular + epsilon);
    const vector = vectors.subarray(i * length, (i + 1) * length);
    for (let a = 0; a < size; a++) {
      const left = factor * (vector[a] as number);
      for (let b = 0; b < size; b++)
        matrix[a * size + b] = (matrix[a * size + b] as number) + left * (vector[b] as number);
    }
  }
  return Float32Array.from(matrix);
}

interface Directions {
  /** Squares of the singular values. */
  readonly values: Float64Array;
  /** One direction after the other, each of `length` numbers. */
  readonly vectors: Float64Array;
  readonly length: number;
}

function fromScatter(rows: Float64Array, count: number, size: number): Directions {
  const scatter = new Float64Array(size * size);
  for (let row = 0; row < count; row++) {
    const sample = rows.subarray(row * size, (row + 1) * size);
    for (let a = 0; a < size; a++) {
      const left = sample[a] as number;
      if (left === 0) continue;
      for (let b = 0; b < size; b++)
        scatter[a * size + b] = (scatter[a * size + b] as number) + left * (sample[b] as number);
    }
  }
  return { ...symmetricEigen(scatter, size), length: size };
}

function fromGram(rows: Float64Array, count: number, size: number): Directions {
  const gram = new Float64Array(count * count);
  const sampleOf = (row: number): Float64Array => rows.subarray(row * size, (row + 1) * size);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      const [left, right] = [sampleOf(a), sampleOf(b)];
      let product = 0;
      for (let i = 0; i < size; i++) product += (left[i] as number) * (right[i] as number);
      gram[a * count + b] = product;
      gram[b * count + a] = product;
    }
  }
  const { values, vectors: mixes } = symmetricEigen(gram, count);
  const vectors = new Float64Array(count * size);
  for (let i = 0; i < count; i++) {
    const vector = vectors.subarray(i * size, (i + 1) * size);
    for (let row = 0; row < count; row++) {
      const share = mixes[i * count + row] as number;
      const sample = sampleOf(row);
      for (let a = 0; a < size; a++) vector[a] = (vector[a] as number) + share * (sample[a] as number);
    }
    const length = Math.sqrt(Math.max(values[i] as number, Number.MIN_VALUE));
    for (let a = 0; a < size; a++) vector[a] = (vector[a] as number) / length;
  }
  return { values, vectors, length: size };
}

/** Multiplies an image with the matrix, in place. */
export function whiten(image: Float32Array, matrix: Float32Array): void {
  const size = image.length;
  const white = new Float64Array(size);
  for (const [row, value] of image.entries()) {
    if (value === 0) continue;
    for (let i = 0; i < size; i++)
      white[i] = (white[i] as number) + value * (matrix[row * size + i] as number);
  }
  image.set(white);
}
