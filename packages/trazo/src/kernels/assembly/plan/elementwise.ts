import { activationGradient, applyActivation, ceilingOf, floorOf } from "./activations";
import { add as plus, addRun, clamp, ld, load1, mul, st, store1 } from "./vector";

/** Every value becomes `value`. */
export function fill(target: usize, count: usize, value: f32): void {
  const bytes = count * 4;
  if (reinterpret<u32>(value) == 0) {
    memory.fill(target, 0, bytes);
    return;
  }
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

/** y += factor x */
export function addScaled(y: usize, x: usize, count: usize, factor: f32): void {
  const bytes = count * 4;
  const whole = bytes & ~15;
  const k = f32x4.splat(factor);
  let i: usize = 0;
  for (; i + 48 < whole; i += 64) {
    st(y + i, plus(ld(y + i), mul(ld(x + i), k)));
    st(y + i, plus(ld(y + i, 16), mul(ld(x + i, 16), k)), 16);
    st(y + i, plus(ld(y + i, 32), mul(ld(x + i, 32), k)), 32);
    st(y + i, plus(ld(y + i, 48), mul(ld(x + i, 48), k)), 48);
  }
  for (; i < whole; i += 16) st(y + i, plus(ld(y + i), mul(ld(x + i), k)));
  for (; i < bytes; i += 4) store<f32>(y + i, load<f32>(y + i) + load<f32>(x + i) * factor);
}

/** y *= factor */
export function scale(y: usize, count: usize, factor: f32): void {
  const bytes = count * 4;
  const whole = bytes & ~15;
  const k = f32x4.splat(factor);
  let i: usize = 0;
  for (; i < whole; i += 16) st(y + i, mul(ld(y + i), k));
  for (; i < bytes; i += 4) store<f32>(y + i, load<f32>(y + i) * factor);
}

/** y = x / divisor for bytes x. */
export function fromBytes(x: usize, count: usize, divisor: f32, y: usize): void {
  const d = f32x4.splat(divisor);
  const end = x + count;
  for (; x + 8 <= end; x += 8, y += 32) {
    const words = v128.load8x8_u(x);
    st(y, f32x4.div(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(words)), d));
    st(y, f32x4.div(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(words)), d), 16);
  }
  for (; x < end; x++, y += 4) store<f32>(y, <f32>load<u8>(x) / divisor);
}

/** y = x */
export function copy(y: usize, x: usize, count: usize): void {
  memory.copy(y, x, count * 4);
}

/** y = a + b; y may be one of them. */
export function sum(y: usize, a: usize, b: usize, count: usize): void {
  const bytes = count * 4;
  const whole = bytes & ~15;
  let i: usize = 0;
  for (; i + 48 < whole; i += 64) {
    st(y + i, plus(ld(a + i), ld(b + i)));
    st(y + i, plus(ld(a + i, 16), ld(b + i, 16)), 16);
    st(y + i, plus(ld(a + i, 32), ld(b + i, 32)), 32);
    st(y + i, plus(ld(a + i, 48), ld(b + i, 48)), 48);
  }
  for (; i < whole; i += 16) st(y + i, plus(ld(a + i), ld(b + i)));
  for (; i < bytes; i += 4) store<f32>(y + i, load<f32>(a + i) + load<f32>(b + i));
}

/** y = a b; y may be one of them. */
export function multiply(y: usize, a: usize, b: usize, count: usize): void {
  const bytes = count * 4;
  const whole = bytes & ~15;
  let i: usize = 0;
  for (; i + 48 < whole; i += 64) {
    st(y + i, mul(ld(a + i), ld(b + i)));
    st(y + i, mul(ld(a + i, 16), ld(b + i, 16)), 16);
    st(y + i, mul(ld(a + i, 32), ld(b + i, 32)), 32);
    st(y + i, mul(ld(a + i, 48), ld(b + i, 48)), 48);
  }
  for (; i < whole; i += 16) st(y + i, mul(ld(a + i), ld(b + i)));
  for (; i < bytes; i += 4) store<f32>(y + i, load<f32>(a + i) * load<f32>(b + i));
}

/** y = max(x, 0); NaN stays NaN. */
export function relu(y: usize, x: usize, count: usize): void {
  applyActivation(y, x, count, 1);
}

/** dx = dy where y > 0, else 0 */
export function reluAdjoint(dx: usize, dy: usize, y: usize, count: usize): void {
  activationGradient(dx, dy, y, count, 1);
}

/**
 * Sums of `count` matrices whose elements are at the same places, `step` bytes from one to the next, plus bias (0: none), then an
 * activation: none, relu or relu6. Only `columns` values of each row, of which the next begins `stride` values on.
 */
export function sumColumns(
  parts: usize,
  step: usize,
  count: i32,
  rows: usize,
  columns: usize,
  stride: usize,
  bias: usize,
  activation: i32,
  y: usize,
): void {
  const floor = f32x4.splat(floorOf(activation));
  const ceiling = f32x4.splat(ceilingOf(activation));
  const bytes = columns * 4;
  const whole = bytes & ~15;
  for (; rows > 0; rows--, parts += stride * 4, y += stride * 4) {
    let i: usize = 0;
    for (; i < whole; i += 16) {
      let sum = ld(parts + i);
      for (let part = 1, at = parts + step; part < count; part++, at += step) sum = plus(sum, ld(at + i));
      if (bias != 0) sum = plus(sum, ld(bias + i));
      st(y + i, clamp(sum, floor, ceiling));
    }
    for (; i < bytes; i += 4) {
      let sum = load1(parts + i);
      for (let part = 1, at = parts + step; part < count; part++, at += step) sum = plus(sum, load1(at + i));
      if (bias != 0) sum = plus(sum, load1(bias + i));
      store1(y + i, clamp(sum, floor, ceiling));
    }
  }
}

/** Some columns of x, whose rows are `stride` values: `columns` of them in each of y's rows. */
export function copyColumns(x: usize, rows: usize, columns: usize, stride: usize, y: usize): void {
  for (; rows > 0; rows--, x += stride * 4, y += columns * 4) memory.copy(y, x, columns * 4);
}
