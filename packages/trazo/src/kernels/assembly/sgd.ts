import { Rule } from "./rules";
import { flush } from "./vector";
import { walk } from "./walk";

/**
 * Gradient descent as Keras has it: the velocity holds the learning rate.
 * plain: w -= rate g; momentum: v = momentum v - rate g, w += v; Nesterov: w += momentum v - rate g with the new v.
 */
// @ts-ignore: decorator
@inline
export function sgdStep(rule: i32, w: v128, g: v128, velocity: usize, rate: v128, momentum: v128): v128 {
  const descent = f32x4.mul(g, rate);
  if (rule == Rule.SGD) return f32x4.sub(w, descent);
  const v = flush(f32x4.sub(f32x4.mul(v128.load(velocity), momentum), descent));
  v128.store(velocity, v);
  if (rule == Rule.SGD_MOMENTUM) return f32x4.add(w, v);
  return f32x4.add(w, f32x4.sub(f32x4.mul(v, momentum), descent));
}

/** One step of plain gradient descent. @returns the penalty before the step */
export function sgd(p: usize, g: usize, n: usize, rate: f32, l1: f32, l2: f32, decay: f32): f64 {
  return walk(Rule.SGD, p, g, 0, 0, 0, n, rate, 0, 0, 0, l1, l2, decay);
}

export function sgdMomentum(
  p: usize, g: usize, velocity: usize, n: usize,
  rate: f32, momentum: f32, l1: f32, l2: f32, decay: f32,
): f64 {
  return walk(Rule.SGD_MOMENTUM, p, g, velocity, 0, 0, n, rate, momentum, 0, 0, l1, l2, decay);
}

export function sgdNesterov(
  p: usize, g: usize, velocity: usize, n: usize,
  rate: f32, momentum: f32, l1: f32, l2: f32, decay: f32,
): f64 {
  return walk(Rule.SGD_NESTEROV, p, g, velocity, 0, 0, n, rate, momentum, 0, 0, l1, l2, decay);
}
