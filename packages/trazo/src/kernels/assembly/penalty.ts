import { addWide, flush, signed, sumLanes } from "./vector";

/**
 * Adds l1 sign(p) + 2 l2 p to g: for gradients that are clipped before the update, since what is clipped is the gradient
 * of the whole loss.
 *
 * @returns the penalty l1 * sum|p| + l2 * sum p²
 */
export function addPenaltyGradient(p: usize, g: usize, n: usize, l1: f32, l2: f32): f64 {
  const k1 = f32x4.splat(l1), k2 = f32x4.splat(l2);
  let total = f64x2.splat(0);
  const whole = (n * 4) & ~15;
  let at: usize = 0;
  for (; at < whole; at += 16) {
    const w = v128.load(p + at);
    const half = f32x4.mul(k2, w);
    const slope = f32x4.add(signed(w, k1), half);
    v128.store(g + at, flush(f32x4.add(v128.load(g + at), f32x4.add(slope, half))));
    total = addWide(total, f32x4.mul(w, slope));
  }
  for (; at < n * 4; at += 4) {
    // The other three lanes are zero and add nothing.
    const w = v128.load32_zero(p + at);
    const half = f32x4.mul(k2, w);
    const slope = f32x4.add(signed(w, k1), half);
    const gradient = flush(f32x4.add(v128.load32_zero(g + at), f32x4.add(slope, half)));
    store<f32>(g + at, f32x4.extract_lane(gradient, 0));
    total = addWide(total, f32x4.mul(w, slope));
  }
  return sumLanes(total);
}
