/**
 * Student's t distribution: the share of it below `t`.
 *
 * @param freedom degrees of freedom, above 0
 */
export function studentTBelow(t: number, freedom: number): number {
  if (t === 0) return 0.5;
  const beyond = 0.5 * incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
  return t > 0 ? 1 - beyond : beyond;
}

/** The share of Student's t distribution farther from 0 than `t`, on both sides: a two-sided p-value. */
export const studentTBeyond = (t: number, freedom: number): number =>
  Number.isFinite(t) ? incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) : 0;

/**
 * The value below which a share of Student's t distribution lies.
 *
 * @param share above 0 and below 1
 */
export function studentTQuantile(share: number, freedom: number): number {
  if (share < 0.5) return -studentTQuantile(1 - share, freedom);
  const beyond = 2 * (1 - share);
  let [low, high] = [0, 1];
  while (studentTBeyond(high, freedom) > beyond) high *= 2;
  // Until neighboring numbers are reached.
  for (let middle = (low + high) / 2; low < middle && middle < high; middle = (low + high) / 2) {
    if (studentTBeyond(middle, freedom) > beyond) low = middle;
    else high = middle;
  }
  return high;
}

/** The regularized incomplete beta function, by its continued fraction (DLMF 8.17.22, evaluated with Lentz's method). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges quickly below this point; above it the function's symmetry does.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front =
    Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const least = 1e-300;
  let [c, d] = [1, 1 - ((a + b) * x) / (a + 1)];
  d = 1 / (Math.abs(d) < least ? least : d);
  let fraction = d;
  for (let m = 1; m <= 1000; m++) {
    for (const numerator of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 + numerator * d;
      c = 1 + numerator / c;
      d = 1 / (Math.abs(d) < least ? least : d);
      if (Math.abs(c) < least) c = least;
      fraction *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return front * fraction;
}

/** Stirling's series (DLMF 5.11.1), after the argument has been raised to where it is exact. */
function logGamma(x: number): number {
  if (x < 12) return logGamma(x + 1) - Math.log(x);
  const squared = x * x;
  const series =
    (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / (1188 * squared)) / squared) / squared) / squared) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
