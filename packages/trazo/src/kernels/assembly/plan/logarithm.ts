import { add, mul, sub, times } from "./vector";

/** The least normal number: below it the logarithm is that of this one, but for 0, whose is minus infinity. */
const LEAST: f32 = 1.1754943508222875e-38;
const ROOT_HALF: f32 = 0.7071067811865476;

/**
 * The natural logarithm of four values, to 1 unit in the last place: x = 2^n m with m from the root of a half to the root of 2, and a
 * polynomial for m as in Moshier's Cephes library. NaN below 0.
 */
// @ts-ignore: decorator
@inline
export function log(x: v128): v128 {
  const normal = f32x4.pmax(x, f32x4.splat(LEAST));
  const half = v128.or(v128.and(normal, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const exponent = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_s(normal, 23), i32x4.splat(126)));
  const isLow = f32x4.lt(half, f32x4.splat(ROOT_HALF));
  const one = f32x4.splat(1);
  const n = sub(exponent, v128.and(one, isLow));
  const m = sub(add(half, v128.and(half, isLow)), one);
  const z = mul(m, m);
  let p = add(times(m, 7.0376836292e-2), f32x4.splat(-1.1514610310e-1));
  p = add(mul(p, m), f32x4.splat(1.1676998740e-1));
  p = add(mul(p, m), f32x4.splat(-1.2420140846e-1));
  p = add(mul(p, m), f32x4.splat(1.4249322787e-1));
  p = add(mul(p, m), f32x4.splat(-1.6668057665e-1));
  p = add(mul(p, m), f32x4.splat(2.0000714765e-1));
  p = add(mul(p, m), f32x4.splat(-2.4999993993e-1));
  p = add(mul(p, m), f32x4.splat(3.3333331174e-1));
  p = mul(mul(p, m), z);
  p = sub(add(p, times(n, -2.12194440e-4)), times(z, 0.5));
  const finite = add(add(m, p), times(n, 0.693359375));
  // NaN stays NaN, and infinity infinite; of less than 0 there is none.
  const isLarge = v128.not(f32x4.lt(x, f32x4.splat(Infinity)));
  const upper = v128.bitselect(x, finite, isLarge);
  const lower = v128.bitselect(f32x4.splat(-Infinity), upper, f32x4.eq(x, f32x4.splat(0)));
  return v128.bitselect(f32x4.splat(NaN), lower, f32x4.lt(x, f32x4.splat(0)));
}
