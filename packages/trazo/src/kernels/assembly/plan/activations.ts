import { exp } from "./exponential";
import { add, clamp, ld, load1, mul, st, store1, sub, times, zeros } from "./vector";

/**
 * Activations by number: 0 none, 1 relu, 2 relu6, 3 sigmoid, 4 tanh. Their slopes follow from their outputs, so that the inputs need
 * not be kept. A NaN stays NaN.
 */

/** Whether an activation only limits its values. */
// @ts-ignore: decorator
@inline
export function isClamp(activation: i32): bool {
  return activation <= 2;
}

// @ts-ignore: decorator
@inline
export function floorOf(activation: i32): f32 {
  return activation == 0 ? -Infinity : 0;
}

// @ts-ignore: decorator
@inline
export function ceilingOf(activation: i32): f32 {
  return activation == 2 ? 6 : Infinity;
}

// @ts-ignore: decorator
@inline
export function sigmoidOf(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, add(one, exp(f32x4.neg(x))));
}

/**
 * By (1 - e) / (1 + e) with e = exp(-2|x|) and, below 0.625, where that loses digits, an odd polynomial (Cephes).
 */
// @ts-ignore: decorator
@inline
export function tanhOf(x: v128): v128 {
  const sign = v128.and(x, i32x4.splat(0x80000000));
  const size = v128.andnot(x, i32x4.splat(0x80000000));
  const e = exp(times(size, -2));
  const one = f32x4.splat(1);
  const large = f32x4.div(sub(one, e), add(one, e));
  const z = mul(x, x);
  let p = add(times(z, -5.70498872745e-3), f32x4.splat(2.06390887954e-2));
  p = add(mul(p, z), f32x4.splat(-5.37397155531e-2));
  p = add(mul(p, z), f32x4.splat(1.33314422036e-1));
  p = add(mul(p, z), f32x4.splat(-3.33332819422e-1));
  const small = add(mul(mul(p, z), size), size);
  return v128.or(sign, v128.bitselect(small, large, f32x4.lt(size, f32x4.splat(0.625))));
}

/** y = activation(x) */
export function applyActivation(y: usize, x: usize, count: usize, activation: i32): void {
  if (activation == 3) map(3, y, x, count);
  else if (activation == 4) map(4, y, x, count);
  else if (activation != 0) limit(y, x, count, floorOf(activation), ceilingOf(activation));
  else if (y != x) memory.copy(y, x, count * 4);
}

function limit(y: usize, x: usize, count: usize, low: f32, high: f32): void {
  const floor = f32x4.splat(low);
  const ceiling = f32x4.splat(high);
  const bytes = count * 4;
  const whole = bytes & ~15;
  let i: usize = 0;
  for (; i + 48 < whole; i += 64) {
    st(y + i, clamp(ld(x + i), floor, ceiling));
    st(y + i, clamp(ld(x + i, 16), floor, ceiling), 16);
    st(y + i, clamp(ld(x + i, 32), floor, ceiling), 32);
    st(y + i, clamp(ld(x + i, 48), floor, ceiling), 48);
  }
  for (; i < whole; i += 16) st(y + i, clamp(ld(x + i), floor, ceiling));
  for (; i < bytes; i += 4) store1(y + i, clamp(load1(x + i), floor, ceiling));
}

// @ts-ignore: decorator
@inline
function map(activation: i32, y: usize, x: usize, count: usize): void {
  const bytes = count * 4;
  const whole = bytes & ~15;
  let i: usize = 0;
  for (; i < whole; i += 16) {
    const value = ld(x + i);
    st(y + i, activation == 3 ? sigmoidOf(value) : tanhOf(value));
  }
  for (; i < bytes; i += 4) {
    const value = load1(x + i);
    store1(y + i, activation == 3 ? sigmoidOf(value) : tanhOf(value));
  }
}

/** dx = dy times the slope of the activation whose output is y. dx may be dy. */
export function activationGradient(dx: usize, dy: usize, y: usize, count: usize, activation: i32): void {
  if (activation == 1) mapGradient(1, dx, dy, y, count);
  else if (activation == 2) mapGradient(2, dx, dy, y, count);
  else if (activation == 3) mapGradient(3, dx, dy, y, count);
  else if (activation == 4) mapGradient(4, dx, dy, y, count);
  else if (dx != dy) memory.copy(dx, dy, count * 4);
}

// @ts-ignore: decorator
@inline
function mapGradient(activation: i32, dx: usize, dy: usize, y: usize, count: usize): void {
  const bytes = count * 4;
  const whole = bytes & ~15;
  let i: usize = 0;
  for (; i + 48 < whole; i += 64) {
    st(dx + i, gradientOf(activation, ld(dy + i), ld(y + i)));
    st(dx + i, gradientOf(activation, ld(dy + i, 16), ld(y + i, 16)), 16);
    st(dx + i, gradientOf(activation, ld(dy + i, 32), ld(y + i, 32)), 32);
    st(dx + i, gradientOf(activation, ld(dy + i, 48), ld(y + i, 48)), 48);
  }
  for (; i < whole; i += 16) st(dx + i, gradientOf(activation, ld(dy + i), ld(y + i)));
  for (; i < bytes; i += 4) store1(dx + i, gradientOf(activation, load1(dy + i), load1(y + i)));
}

// @ts-ignore: decorator
@inline
function gradientOf(activation: i32, dy: v128, y: v128): v128 {
  if (activation == 1) return v128.and(dy, f32x4.gt(y, zeros()));
  if (activation == 2) {
    return v128.and(dy, v128.and(f32x4.gt(y, zeros()), f32x4.lt(y, f32x4.splat(6))));
  }
  const one = f32x4.splat(1);
  if (activation == 3) return mul(dy, mul(y, sub(one, y)));
  return mul(dy, sub(one, mul(y, y)));
}
