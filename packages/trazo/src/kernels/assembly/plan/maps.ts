import { sigmoidOf, tanhOf } from "./activations";
import { exp } from "./exponential";
import { add, clamp, ld, load1, mul, st, store1, sub, times, zeros } from "./vector";

/** Functions of one value, by number, with up to two parameters a and b. A NaN stays NaN. */
export const enum Function {
  /** x limited to [a, b] */
  Clamp,
  /** a x + b */
  Affine,
  Sigmoid,
  Tanh,
  /** x, and a (e^x - 1) below 0 */
  Elu,
  /** x, and a x below 0 */
  Leaky,
  /** a x + b limited to [0, 1] */
  HardSigmoid,
  Exponential,
  /** x sigmoid(x) */
  Silu,
  /** x times the normal distribution's probability of less than x */
  Gelu,
}

const ROOT_HALF: f32 = 0.7071067811865476;
/** One divided by the root of two pi. */
const NORMAL: f32 = 0.3989422804014327;

/**
 * The normal distribution's probability of less than x, to 2e-7: by the error function, near 0 by its series, else by Abramowitz and
 * Stegun 1964, 7.1.26.
 */
// @ts-ignore: decorator
@inline
function probability(x: v128): v128 {
  const z = times(x, ROOT_HALF);
  const square = mul(z, z);
  let p = sub(f32x4.splat(1.205533298e-04), times(square, 1.492565036e-05));
  p = sub(f32x4.splat(8.548327023e-04), mul(p, square));
  p = sub(f32x4.splat(5.223977625e-03), mul(p, square));
  p = sub(f32x4.splat(2.686617065e-02), mul(p, square));
  p = sub(f32x4.splat(1.128379167e-01), mul(p, square));
  p = sub(f32x4.splat(3.761263890e-01), mul(p, square));
  const near = sub(times(z, 1.1283791670955126), mul(mul(z, square), p));
  const size = f32x4.abs(z);
  const one = f32x4.splat(1);
  const t = f32x4.div(one, add(one, times(size, 0.3275911)));
  let q = add(times(t, 1.061405429), f32x4.splat(-1.453152027));
  q = add(mul(q, t), f32x4.splat(1.421413741));
  q = add(mul(q, t), f32x4.splat(-0.284496736));
  q = add(mul(q, t), f32x4.splat(0.254829592));
  const tail = mul(mul(q, t), exp(f32x4.neg(square)));
  const far = v128.or(sub(one, tail), v128.and(z, i32x4.splat(0x80000000)));
  const erf = v128.bitselect(near, far, f32x4.lt(size, f32x4.splat(0.5)));
  // Far below 0 the sum would lose all digits: half of the tail is what remains.
  const sum = times(add(erf, one), 0.5);
  return v128.bitselect(times(tail, 0.5), sum, f32x4.lt(z, f32x4.splat(-0.5)));
}

// @ts-ignore: decorator
@inline
function valueOf(f: Function, x: v128, a: v128, b: v128): v128 {
  if (f == Function.Clamp) return clamp(x, a, b);
  if (f == Function.Affine) return add(mul(x, a), b);
  if (f == Function.Sigmoid) return sigmoidOf(x);
  if (f == Function.Tanh) return tanhOf(x);
  if (f == Function.Elu) {
    const below = mul(sub(exp(x), f32x4.splat(1)), a);
    return v128.bitselect(below, x, f32x4.lt(x, zeros()));
  }
  if (f == Function.Leaky) return v128.bitselect(mul(x, a), x, f32x4.lt(x, zeros()));
  if (f == Function.HardSigmoid) return clamp(add(mul(x, a), b), zeros(), f32x4.splat(1));
  if (f == Function.Exponential) return exp(x);
  if (f == Function.Silu) return mul(x, sigmoidOf(x));
  return mul(x, probability(x));
}

/** The slope: of silu and gelu from what goes in, of the others from what comes out. */
// @ts-ignore: decorator
@inline
function slopeOf(f: Function, v: v128, a: v128, b: v128): v128 {
  const one = f32x4.splat(1);
  if (f == Function.Clamp) return v128.and(one, v128.and(f32x4.gt(v, a), f32x4.lt(v, b)));
  if (f == Function.Affine) return a;
  if (f == Function.Sigmoid) return mul(v, sub(one, v));
  if (f == Function.Tanh) return sub(one, mul(v, v));
  if (f == Function.Elu) return v128.bitselect(add(v, a), one, f32x4.lt(v, zeros()));
  if (f == Function.Leaky) return v128.bitselect(a, one, f32x4.lt(v, zeros()));
  if (f == Function.HardSigmoid) return v128.and(a, v128.and(f32x4.gt(v, zeros()), f32x4.lt(v, one)));
  if (f == Function.Exponential) return v;
  if (f == Function.Silu) {
    const s = sigmoidOf(v);
    return mul(s, add(one, mul(v, sub(one, s))));
  }
  const density = times(exp(times(mul(v, v), -0.5)), NORMAL);
  return add(probability(v), mul(v, density));
}

// @ts-ignore: decorator
@inline
function mapAll(f: Function, y: usize, x: usize, count: usize, a: f32, b: f32): void {
  const bytes = count * 4;
  const whole = bytes & ~15;
  const p = f32x4.splat(a);
  const q = f32x4.splat(b);
  let i: usize = 0;
  for (; i < whole; i += 16) st(y + i, valueOf(f, ld(x + i), p, q));
  for (; i < bytes; i += 4) store1(y + i, valueOf(f, load1(x + i), p, q));
}

// @ts-ignore: decorator
@inline
function slopeAll(f: Function, dx: usize, dy: usize, v: usize, count: usize, a: f32, b: f32): void {
  const bytes = count * 4;
  const whole = bytes & ~15;
  const p = f32x4.splat(a);
  const q = f32x4.splat(b);
  let i: usize = 0;
  for (; i < whole; i += 16) st(dx + i, mul(ld(dy + i), slopeOf(f, ld(v + i), p, q)));
  for (; i < bytes; i += 4) store1(dx + i, mul(load1(dy + i), slopeOf(f, load1(v + i), p, q)));
}

/** y = f(x) for `count` values. y may be x. */
export function mapValues(f: i32, y: usize, x: usize, count: usize, a: f32, b: f32): void {
  if (f == Function.Clamp) mapAll(Function.Clamp, y, x, count, a, b);
  else if (f == Function.Affine) mapAll(Function.Affine, y, x, count, a, b);
  else if (f == Function.Sigmoid) mapAll(Function.Sigmoid, y, x, count, a, b);
  else if (f == Function.Tanh) mapAll(Function.Tanh, y, x, count, a, b);
  else if (f == Function.Elu) mapAll(Function.Elu, y, x, count, a, b);
  else if (f == Function.Leaky) mapAll(Function.Leaky, y, x, count, a, b);
  else if (f == Function.HardSigmoid) mapAll(Function.HardSigmoid, y, x, count, a, b);
  else if (f == Function.Exponential) mapAll(Function.Exponential, y, x, count, a, b);
  else if (f == Function.Silu) mapAll(Function.Silu, y, x, count, a, b);
  else mapAll(Function.Gelu, y, x, count, a, b);
}

/** dx = dy times the slope of f, from v: from silu and gelu on what went in, else what came out. dx may be dy. */
export function mapAdjoint(f: i32, dx: usize, dy: usize, v: usize, count: usize, a: f32, b: f32): void {
  if (f == Function.Clamp) slopeAll(Function.Clamp, dx, dy, v, count, a, b);
  else if (f == Function.Affine) slopeAll(Function.Affine, dx, dy, dy, count, a, b);
  else if (f == Function.Sigmoid) slopeAll(Function.Sigmoid, dx, dy, v, count, a, b);
  else if (f == Function.Tanh) slopeAll(Function.Tanh, dx, dy, v, count, a, b);
  else if (f == Function.Elu) slopeAll(Function.Elu, dx, dy, v, count, a, b);
  else if (f == Function.Leaky) slopeAll(Function.Leaky, dx, dy, v, count, a, b);
  else if (f == Function.HardSigmoid) slopeAll(Function.HardSigmoid, dx, dy, v, count, a, b);
  else if (f == Function.Exponential) slopeAll(Function.Exponential, dx, dy, v, count, a, b);
  else if (f == Function.Silu) slopeAll(Function.Silu, dx, dy, v, count, a, b);
  else slopeAll(Function.Gelu, dx, dy, v, count, a, b);
}
