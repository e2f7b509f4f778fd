/** The bound below which a gradient becomes zero. Why, and why this: src/graph/subnormals.ts, which states it once more. */
const GRADIENT: f32 = 1.2037062152420224e-35; // 2^-116

/** A gradient with 0 in place of its tiny values. NaN stays NaN: a comparison with it is false. */
// @ts-ignore: decorator
@inline
export function flush(x: v128): v128 {
  // Not f32x4.abs, for which V8 builds the mask again each time.
  const magnitude = v128.and(x, i32x4.splat(0x7fffffff));
  return v128.andnot(x, f32x4.lt(magnitude, f32x4.splat(GRADIENT)));
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
