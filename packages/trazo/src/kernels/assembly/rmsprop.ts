import { Rule } from "./rules";
import { flush, flushedSquare, flushSquare } from "./vector";
import { walk } from "./walk";

/**
 * RMSprop (Tieleman and Hinton 2012) as Keras 3 has it, epsilon inside the root:
 * v = rho v + (1 - rho) g²; d = v + epsilon, less a² when centred, where a = rho a + (1 - rho) g;
 * increment = rate g / sqrt(d); with momentum b = momentum b + increment, w -= b; else w -= increment.
 */
// @ts-ignore: decorator
@inline
export function rmspropStep(
  rule: i32, w: v128, g: v128, velocity: usize, s1: usize, s2: usize,
  rate: v128, rho: v128, momentum: v128, epsilon: v128,
): v128 {
  const fresh = f32x4.sub(f32x4.splat(1), rho);
  const v = flushSquare(f32x4.add(f32x4.mul(rho, v128.load(velocity)), f32x4.mul(fresh, flushedSquare(g))));
  v128.store(velocity, v);
  let square = v;
  if (rule == Rule.RMSPROP_CENTERED || rule == Rule.RMSPROP_CENTERED_MOMENTUM) {
    const average = rule == Rule.RMSPROP_CENTERED ? s1 : s2;
    const a = flush(f32x4.add(f32x4.mul(rho, v128.load(average)), f32x4.mul(fresh, g)));
    v128.store(average, a);
    square = f32x4.sub(v, flushedSquare(a));
  }
  const increment = f32x4.div(f32x4.mul(g, rate), f32x4.sqrt(f32x4.add(square, epsilon)));
  if (rule == Rule.RMSPROP || rule == Rule.RMSPROP_CENTERED) return f32x4.sub(w, increment);
  const b = flush(f32x4.add(f32x4.mul(momentum, v128.load(s1)), increment));
  v128.store(s1, b);
  return f32x4.sub(w, b);
}

/** One step of RMSprop. @returns the penalty before the step */
export function rmsprop(
  p: usize, g: usize, velocity: usize, n: usize,
  rate: f32, rho: f32, epsilon: f32, l1: f32, l2: f32, decay: f32,
): f64 {
  return walk(Rule.RMSPROP, p, g, velocity, 0, 0, n, rate, rho, 0, epsilon, l1, l2, decay);
}

export function rmspropMomentum(
  p: usize, g: usize, velocity: usize, momentumSlot: usize, n: usize,
  rate: f32, rho: f32, momentum: f32, epsilon: f32, l1: f32, l2: f32, decay: f32,
): f64 {
  return walk(Rule.RMSPROP_MOMENTUM, p, g, velocity, momentumSlot, 0, n, rate, rho, momentum, epsilon, l1, l2, decay);
}

export function rmspropCentered(
  p: usize, g: usize, velocity: usize, average: usize, n: usize,
  rate: f32, rho: f32, epsilon: f32, l1: f32, l2: f32, decay: f32,
): f64 {
  return walk(Rule.RMSPROP_CENTERED, p, g, velocity, average, 0, n, rate, rho, 0, epsilon, l1, l2, decay);
}

export function rmspropCenteredMomentum(
  p: usize, g: usize, velocity: usize, momentumSlot: usize, average: usize, n: usize,
  rate: f32, rho: f32, momentum: f32, epsilon: f32, l1: f32, l2: f32, decay: f32,
): f64 {
  return walk(
    Rule.RMSPROP_CENTERED_MOMENTUM, p, g, velocity, momentumSlot, average, n,
    rate, rho, momentum, epsilon, l1, l2, decay,
  );
}
