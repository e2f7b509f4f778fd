import { flush, sumLanes } from "./vector";

/** The sum of squares, in float64 throughout: no gradient that float32 can hold overflows it. */
export function sumOfSquares(g: usize, n: usize): f64 {
  let even = f64x2.splat(0), odd = f64x2.splat(0);
  const whole = (n * 4) & ~15;
  let at: usize = 0;
  for (; at < whole; at += 16) {
    const x = flush(v128.load(g + at));
    const low = f64x2.promote_low_f32x4(x);
    const high = f64x2.promote_low_f32x4(v128.shuffle<u32>(x, x, 2, 3, 2, 3));
    even = f64x2.add(even, f64x2.mul(low, low));
    odd = f64x2.add(odd, f64x2.mul(high, high));
  }
  let sum = sumLanes(f64x2.add(even, odd));
  for (; at < n * 4; at += 4) {
    const x = <f64>f32x4.extract_lane(flush(v128.load32_zero(g + at)), 0);
    sum += x * x;
  }
  return sum;
}

/** g *= factor, tiny values as 0. */
export function scale(g: usize, n: usize, factor: f32): void {
  const k = f32x4.splat(factor);
  const whole = (n * 4) & ~15;
  let at: usize = 0;
  for (; at < whole; at += 16) v128.store(g + at, f32x4.mul(flush(v128.load(g + at)), k));
  for (; at < n * 4; at += 4) {
    store<f32>(g + at, f32x4.extract_lane(flush(v128.load32_zero(g + at)), 0) * factor);
  }
}

/** Limits every value to [-limit, limit]; NaN stays NaN. */
export function clamp(g: usize, n: usize, limit: f32): void {
  // In this order of arguments pmin and pmax keep a NaN of the first, at a third of what min and max cost.
  const high = f32x4.splat(limit), low = f32x4.splat(-limit);
  const whole = (n * 4) & ~15;
  let at: usize = 0;
  for (; at < whole; at += 16) v128.store(g + at, f32x4.pmin(f32x4.pmax(v128.load(g + at), low), high));
  for (; at < n * 4; at += 4) store<f32>(g + at, min(max(load<f32>(g + at), -limit), limit));
}
