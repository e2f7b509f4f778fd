import type { ProductSizes } from "../../packages/trazo/src/kernels/products.js";

export interface Shape extends ProductSizes {
  readonly label: string;
}

/** A product, and the two that give its gradients. */
const withGradients = (label: string, m: number, n: number, k: number, count = 1): Shape[] => [
  { label, m, n, k, count },
  { label: `${label}, dx`, m, n: k, k: n, count, transposeB: true },
  { label: `${label}, dW`, m: k, n, k: m, count, transposeA: true },
];

/**
 * Products of the networks in bench/ladder as the plan makes them: Winograd's 36 for some tiles, patches of a block of images, dense
 * layers of a batch.
 */
export const shapes: readonly Shape[] = [
  ...withGradients("winograd 16 -> 32", 256, 32, 16, 36),
  ...withGradients("winograd 32 -> 32", 128, 32, 32, 36),
  ...withGradients("winograd 64 -> 64", 64, 64, 64, 36),
  ...withGradients("winograd 128 -> 128", 64, 128, 128, 36),
  ...withGradients("patches 5x5x1 -> 6", 4608, 6, 25),
  ...withGradients("patches 3x3x1 -> 32", 2704, 32, 9),
  ...withGradients("patches 3x3x3 -> 32", 2048, 32, 27),
  ...withGradients("patches 5x5x6 -> 16", 1024, 16, 150),
  ...withGradients("dense 256 -> 1024", 128, 1024, 256),
  ...withGradients("dense 1024 -> 1024", 32, 1024, 1024),
  ...withGradients("dense 1024 -> 10", 128, 10, 1024),
  { label: "dense 1024 -> 1024, one row", m: 1, n: 1024, k: 1024 },
  { label: "dense 1024 -> 1", m: 128, n: 1, k: 1024 },
];

export const flopsOf = ({ m, n, k, count = 1 }: ProductSizes): number => 2 * m * n * k * count;

/** How many products make a piece that takes a fraction of a millisecond, if one alone does not take longer. */
export const repeatsOf = (sizes: ProductSizes): number => Math.max(1, Math.round(6e6 / flopsOf(sizes)));

/** Shapes of the tensors that hold a and b. */
export function operandShapes({ m, n, k, count = 1, transposeA = false, transposeB = false }: ProductSizes): {
  readonly a: readonly number[];
  readonly b: readonly number[];
} {
  const stack = count > 1 ? [count] : [];
  return {
    a: [...stack, ...(transposeA ? [k, m] : [m, k])],
    b: [...stack, ...(transposeB ? [n, k] : [k, n])],
  };
}
