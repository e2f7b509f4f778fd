/** What all kernels share: names for the instructions, and copies of short runs. */

// @ts-ignore: decorator
@inline
export function ld(at: usize): v128 {
  return v128.load(at);
}

// @ts-ignore: decorator
@inline
export function st(at: usize, value: v128): void {
  v128.store(at, value);
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

/** Copies `bytes` bytes, a multiple of 4: whole vectors, the last one over the end of the one before. */
// @ts-ignore: decorator
@inline
export function copyRun(target: usize, source: usize, bytes: usize): void {
  if (bytes < 16) {
    for (let i: usize = 0; i < bytes; i += 4) store<f32>(target + i, load<f32>(source + i));
    return;
  }
  const last = bytes - 16;
  for (let i: usize = 0; i < last; i += 16) st(target + i, ld(source + i));
  st(target + last, ld(source + last));
}

// @ts-ignore: decorator
@inline
export function zeroRun(target: usize, bytes: usize): void {
  const zero = f32x4.splat(0);
  if (bytes < 16) {
    for (let i: usize = 0; i < bytes; i += 4) store<f32>(target + i, 0);
    return;
  }
  const last = bytes - 16;
  for (let i: usize = 0; i < last; i += 16) st(target + i, zero);
  st(target + last, zero);
}

/** target += source over `bytes` bytes, a multiple of 4. */
// @ts-ignore: decorator
@inline
export function addRun(target: usize, source: usize, bytes: usize): void {
  const whole = bytes & ~15;
  let i: usize = 0;
  for (; i < whole; i += 16) st(target + i, add(ld(target + i), ld(source + i)));
  for (; i < bytes; i += 4) store<f32>(target + i, load<f32>(target + i) + load<f32>(source + i));
}
