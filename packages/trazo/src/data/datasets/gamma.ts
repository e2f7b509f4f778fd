import type { RandomStream } from "../../random/stream.js";

/** A draw from the gamma distribution with scale 1 (Marsaglia and Tsang 2000, "A simple method for generating gamma variables"). */
function gamma(shape: number, random: RandomStream): number {
  // Below 1 by way of 1 more, as there.
  if (shape < 1) return gamma(shape + 1, random) * random.uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  while (true) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A draw from the symmetric beta distribution, from 0 to 1. */
export function symmetricBeta(alpha: number, random: RandomStream): number {
  const [a, b] = [gamma(alpha, random), gamma(alpha, random)];
  // Both underflow to 0 for very small shapes, where the distribution is a coin.
  return a + b > 0 ? a / (a + b) : Number(random.uniform() < 0.5);
}
