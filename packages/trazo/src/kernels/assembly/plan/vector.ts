/**
 * What the kernels share: short names for the instructions, and how they treat rows whose length is not a multiple of a vector's
 * four values. Nothing is ever read or written outside of the arrays that a kernel is given:
 *
 * - copies of runs end with a vector that overlaps the one before (`copyRun`);
 * - sums and maps over rows of `channels` values take four rows together, which are whole vectors again (columns.ts);
 * - elsewhere a row ends with two values or one in the first lanes of a vector (`loadPart`, `storePart`), so that they are
 *   computed by the same instructions as all others.
 */

// @ts-ignore: decorator
@inline
export function ld(at: usize, offset: usize = 0): v128 {
  return v128.load(at + offset);
}

// @ts-ignore: decorator
@inline
export function st(at: usize, value: v128, offset: usize = 0): void {
  v128.store(at + offset, value);
}

/** One value, in the first lane; zeros in the others. */
// @ts-ignore: decorator
@inline
export function load1(at: usize): v128 {
  return v128.load32_zero(at);
}

// @ts-ignore: decorator
@inline
export function store1(at: usize, value: v128): void {
  v128.store32_lane(at, value, 0);
}

/** The first `bytes` bytes of a vector, 16, 8 or 4: a constant wherever this is called. */
// @ts-ignore: decorator
@inline
export function loadPart(at: usize, bytes: i32): v128 {
  return bytes == 16 ? ld(at) : bytes == 8 ? v128.load64_zero(at) : load1(at);
}

// @ts-ignore: decorator
@inline
export function storePart(at: usize, value: v128, bytes: i32): void {
  if (bytes == 16) st(at, value);
  else if (bytes == 8) v128.store64_lane(at, value, 0);
  else store1(at, value);
}

/** The sum of the lanes, always in the same order. */
// @ts-ignore: decorator
@inline
export function sumOf(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

// @ts-ignore: decorator
@inline
export function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

// @ts-ignore: decorator
@inline
export function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

// @ts-ignore: decorator
@inline
export function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b);
}

// @ts-ignore: decorator
@inline
export function times(a: v128, factor: f32): v128 {
  return f32x4.mul(a, f32x4.splat(factor));
}

// @ts-ignore: decorator
@inline
export function zeros(): v128 {
  return f32x4.splat(0);
}

/** Limits to [low, high]. pmax and pmin keep a NaN that is their first argument, and are one instruction each. */
// @ts-ignore: decorator
@inline
export function clamp(x: v128, low: v128, high: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, low), high);
}

/**
 * Loops over long arrays take four vectors a turn: engines check at every turn whether to go on, which costs as much as a vector.
 *
 * Copies `bytes` bytes, a multiple of 4.
 */
// @ts-ignore: decorator
@inline
export function copyRun(target: usize, source: usize, bytes: usize): void {
  if (bytes < 16) {
    for (let i: usize = 0; i < bytes; i += 4) store<u32>(target + i, load<u32>(source + i));
    return;
  }
  const last = bytes - 16;
  for (let i: usize = 0; i < last; i += 16) st(target + i, ld(source + i));
  st(target + last, ld(source + last));
}

// @ts-ignore: decorator
@inline
export function zeroRun(target: usize, bytes: usize): void {
  if (bytes < 16) {
    for (let i: usize = 0; i < bytes; i += 4) store<u32>(target + i, 0);
    return;
  }
  const last = bytes - 16;
  for (let i: usize = 0; i < last; i += 16) st(target + i, zeros());
  st(target + last, zeros());
}

/** target += source over `bytes` bytes, a multiple of 4. */
// @ts-ignore: decorator
@inline
export function addRun(target: usize, source: usize, bytes: usize): void {
  const whole = bytes & ~15;
  let i: usize = 0;
  for (; i + 48 < whole; i += 64) {
    st(target + i, add(ld(target + i), ld(source + i)));
    st(target + i, add(ld(target + i, 16), ld(source + i, 16)), 16);
    st(target + i, add(ld(target + i, 32), ld(source + i, 32)), 32);
    st(target + i, add(ld(target + i, 48), ld(source + i, 48)), 48);
  }
  for (; i < whole; i += 16) st(target + i, add(ld(target + i), ld(source + i)));
  for (; i < bytes; i += 4) store<f32>(target + i, load<f32>(target + i) + load<f32>(source + i));
}
