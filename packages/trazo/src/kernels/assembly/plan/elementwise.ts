import { add as plus, addRun, ld, mul, st } from "./vector";

export function fill(target: usize, count: usize, value: f32): void {
  const bytes = count * 4;
  const whole = bytes & ~15;
  const vector = f32x4.splat(value);
  let i: usize = 0;
  for (; i < whole; i += 16) st(target + i, vector);
  for (; i < bytes; i += 4) store<f32>(target + i, value);
}

/** y += x */
export function add(y: usize, x: usize, count: usize): void {
  addRun(y, x, count * 4);
}

/** y = x */
export function copy(y: usize, x: usize, count: usize): void {
  memory.copy(y, x, count * 4);
}

/** y = a + b */
export function sum(y: usize, a: usize, b: usize, count: usize): void {
  const bytes = count * 4;
  const whole = bytes & ~15;
  let i: usize = 0;
  for (; i < whole; i += 16) st(y + i, plus(ld(a + i), ld(b + i)));
  for (; i < bytes; i += 4) store<f32>(y + i, load<f32>(a + i) + load<f32>(b + i));
}

/** y = a * b */
export function multiply(y: usize, a: usize, b: usize, count: usize): void {
  const bytes = count * 4;
  const whole = bytes & ~15;
  let i: usize = 0;
  for (; i < whole; i += 16) st(y + i, mul(ld(a + i), ld(b + i)));
  for (; i < bytes; i += 4) store<f32>(y + i, load<f32>(a + i) * load<f32>(b + i));
}

/** y = max(x, 0); NaN stays NaN. */
export function relu(y: usize, x: usize, count: usize): void {
  const bytes = count * 4;
  const whole = bytes & ~15;
  const zero = f32x4.splat(0);
  let i: usize = 0;
  for (; i < whole; i += 16) st(y + i, f32x4.max(ld(x + i), zero));
  for (; i < bytes; i += 4) store<f32>(y + i, max<f32>(load<f32>(x + i), 0));
}

/** dx = dy where y > 0, else 0 */
export function reluAdjoint(dx: usize, dy: usize, y: usize, count: usize): void {
  const bytes = count * 4;
  const whole = bytes & ~15;
  const zero = f32x4.splat(0);
  let i: usize = 0;
  for (; i < whole; i += 16) st(dx + i, v128.and(ld(dy + i), f32x4.gt(ld(y + i), zero)));
  for (; i < bytes; i += 4) store<f32>(dx + i, load<f32>(y + i) > 0 ? load<f32>(dy + i) : 0);
}
