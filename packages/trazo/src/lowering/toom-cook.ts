import type { Matrix } from "./axis-products.js";

/**
 * The matrices of a minimal filter, by Toom and Cook's construction: `outputs` neighboring values of the correlation of d
 * (`outputs + taps - 1` values) with g (`taps`) are `output · ((kernel · g) ⊙ (input · d))`.
 */
export interface MinimalFilter {
  /** `[outputs, points]` */
  readonly output: Matrix;
  /** `[points, taps]` */
  readonly kernel: Matrix;
  /** `[points, points]` */
  readonly input: Matrix;
}

/**
 * Where the polynomials are evaluated, besides infinity, in order of use. Near 1 and in pairs of either sign, so that
 * powers neither grow nor shrink much: F(4, 3) in float32 is then off by 7e-7, with 0, ±1 and ±2 by 1.5e-6, and the plain
 * sum by 3e-7.
 */
const finitePoints = [0, 0.75, -0.75, 1.5, -1.5];

/** Minimal filter for a number of outputs, with `outputs + taps - 1` multiplications: one at each point. */
export function toomCook(outputs: number, taps: number): MinimalFilter {
  const degree = outputs + taps - 2;
  const places = finitePoints.slice(0, degree);
  if (places.length < degree) throw new Error(`There are no points for ${outputs} outputs of ${taps} taps.`);
  const others = (place: number): number[] => places.filter((other) => other !== place);
  const powers = (place: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => place ** i);
  const last = (count: number): number[] =>
    Array.from({ length: count }, (_, i) => (i === count - 1 ? 1 : 0));
  const evaluated = [...places.map((place) => powers(place, outputs)), last(outputs)];
  return {
    output: transposed(evaluated),
    kernel: [
      ...places.map((place) => {
        const scale = others(place).reduce((product, other) => product * (place - other), 1);
        return powers(place, taps).map((power) => power / scale);
      }),
      last(taps),
    ],
    input: [...places.map((place) => [...withRoots(others(place)), 0]), withRoots(places)],
  };
}

/** Coefficients, lowest first, of the polynomial with these roots and a leading 1. */
function withRoots(roots: readonly number[]): number[] {
  return roots.reduce<number[]>(
    (product, root) => product.concat(0).map((value, i) => (product[i - 1] ?? 0) - root * value),
    [1],
  );
}

const transposed = (matrix: Matrix): Matrix =>
  (matrix[0] as readonly number[]).map((_, column) => matrix.map((row) => row[column] as number));
