import { add, mul, sub, times } from "./vector";

/** Above, the exponential is infinite; below, it would be subnormal, and is 0. */
const HIGH: f32 = 88.72283935546875;
const LOW: f32 = -87.33654022216797;
const LOG2E: f32 = 1.44269502162933349609375;
/** ln 2 in two parts, of which multiples up to 128 of the first are exact (Cody and Waite 1980). */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;

/**
 * e^x for four values, to 1.5 units in the last place: x = n ln 2 + r with |r| <= ln 2 / 2, a polynomial of degree 6 for e^r and n in
 * the exponent. 0 where the result would be less than 2^-126, infinity beyond float32, NaN of NaN.
 */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const n = f32x4.nearest(times(x, LOG2E));
  const r = sub(sub(x, times(n, LN2_HIGH)), times(n, LN2_LOW));
  const square = mul(r, r);
  // Coefficients of minimax kind around those of the series, as in Moshier's Cephes library.
  let p = add(times(r, 1.9875691500e-4), f32x4.splat(1.3981999507e-3));
  p = add(mul(p, r), f32x4.splat(8.3334519073e-3));
  p = add(mul(p, r), f32x4.splat(4.1665795894e-2));
  p = add(mul(p, r), f32x4.splat(1.6666665459e-1));
  p = add(mul(p, r), f32x4.splat(5.0000001201e-1));
  const mantissa = add(add(mul(p, square), r), f32x4.splat(1));
  // In two halves, because 2^128 is not a float32 and the mantissa may be below 1.
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  const rest = i32x4.sub(whole, half);
  const scaled = mul(mul(mantissa, powerOf2(half)), powerOf2(rest));
  const finite = v128.bitselect(f32x4.splat(Infinity), scaled, f32x4.gt(x, f32x4.splat(HIGH)));
  return v128.andnot(finite, f32x4.lt(x, f32x4.splat(LOW)));
}

/** 2^n for n from -126 to 127; nothing in particular for others. */
// @ts-ignore: decorator
@inline
function powerOf2(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}
