import { Rule } from "./rules";
import { flush, flushedSquare, flushSquare } from "./vector";
import { walk } from "./walk";

/**
 * Adam (Kingma and Ba 2015, the form with "epsilon hat" before its section 2.1):
 * m += (g - m)(1 - beta1); v += (g² - v)(1 - beta2); w -= alpha m / (sqrt(v) + epsilon).
 * AMSGrad (Reddi, Kale and Kumar 2018) divides by the root of the largest v so far.
 */
// @ts-ignore: decorator
@inline
export function adamStep(
  rule: i32, w: v128, g: v128, m: usize, v: usize, vHat: usize,
  alpha: v128, rate1: v128, rate2: v128, epsilon: v128,
): v128 {
  const oldM = v128.load(m);
  const newM = flush(f32x4.add(oldM, f32x4.mul(f32x4.sub(g, oldM), rate1)));
  v128.store(m, newM);
  const oldV = v128.load(v);
  const newV = flushSquare(f32x4.add(oldV, f32x4.mul(f32x4.sub(flushedSquare(g), oldV), rate2)));
  v128.store(v, newV);
  let scale = newV;
  if (rule == Rule.ADAM_AMSGRAD) {
    // In this order a NaN of v stays.
    scale = f32x4.pmax(newV, v128.load(vHat));
    v128.store(vHat, scale);
  }
  // Multiplied by alpha last: alpha * m of a small m would be denormal.
  const direction = f32x4.div(newM, f32x4.add(f32x4.sqrt(scale), epsilon));
  return f32x4.sub(w, f32x4.mul(direction, alpha));
}

/** One step of Adam. `rate1` is 1 - beta1, `rate2` is 1 - beta2. @returns the penalty before the step */
export function adam(
  p: usize, g: usize, m: usize, v: usize, n: usize,
  alpha: f32, rate1: f32, rate2: f32, epsilon: f32, l1: f32, l2: f32, decay: f32,
): f64 {
  return walk(Rule.ADAM, p, g, m, v, 0, n, alpha, rate1, rate2, epsilon, l1, l2, decay);
}

/** One step of Adam in its AMSGrad variant. */
export function adamAmsgrad(
  p: usize, g: usize, m: usize, v: usize, vHat: usize, n: usize,
  alpha: f32, rate1: f32, rate2: f32, epsilon: f32, l1: f32, l2: f32, decay: f32,
): f64 {
  return walk(Rule.ADAM_AMSGRAD, p, g, m, v, vHat, n, alpha, rate1, rate2, epsilon, l1, l2, decay);
}
