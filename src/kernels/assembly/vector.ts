/**
 * 2^-93. Added and taken away again, it rounds what is smaller to multiples of 2^-117 and leaves alone what is larger
 * than 2^-69: two instructions, where a comparison of the magnitude takes five.
 */
const FLUSHING: f32 = 1.0097419586828951e-28;

/**
 * `x` with its tiny values zeroed; infinities and NaN stay. The state of a weight whose gradient stays zero decays for
 * ever; once it is denormal, or its product with a small factor is, each operation on it takes far longer. What is kept is
 * at least 2^-117, so factors down to 2^-9 are harmless, and what is lost is far below anything that moves a weight.
 */
// @ts-ignore: decorator
@inline
export function flush(x: v128): v128 {
  return f32x4.sub(f32x4.add(x, f32x4.splat(FLUSHING)), f32x4.splat(FLUSHING));
}

/** l1 sign(w), lane by lane, with sign(0) = 0. */
// @ts-ignore: decorator
@inline
export function signed(w: v128, l1: v128): v128 {
  const withSign = v128.or(l1, v128.and(w, i32x4.splat(0x80000000)));
  return v128.and(withSign, f32x4.ne(w, f32x4.splat(0)));
}

/** Adds the four lanes of `x` to the two of `total`, in float64. */
// @ts-ignore: decorator
@inline
export function addWide(total: v128, x: v128): v128 {
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(v128.shuffle<u32>(x, x, 2, 3, 2, 3));
  return f64x2.add(total, f64x2.add(low, high));
}

// @ts-ignore: decorator
@inline
export function sumLanes(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}
