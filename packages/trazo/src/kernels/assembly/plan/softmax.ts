import { exp } from "./exponential";
import { largestInRows, loadColumn, storeColumn } from "./four-rows";
import { log } from "./logarithm";
import { add, ld, load1, mul, st, store1, sub, sumOf, zeros } from "./vector";

// @ts-ignore: decorator
@inline
function first(v: v128): f32 {
  return f32x4.extract_lane(v, 0);
}

/** The largest value of a row. */
function largestOf(x: usize, bytes: usize): f32 {
  let largest = load<f32>(x);
  for (let i: usize = 4; i < bytes; i += 4) largest = max<f32>(largest, load<f32>(x + i));
  return largest;
}

/** y = e^(x - shift), and their sum. */
function exponentials(x: usize, bytes: usize, shift: f32, y: usize): f32 {
  const s = f32x4.splat(shift);
  const whole = bytes & ~15;
  let total = zeros();
  let rest: f32 = 0;
  let i: usize = 0;
  for (; i < whole; i += 16) {
    const e = exp(sub(ld(x + i), s));
    st(y + i, e);
    total = add(total, e);
  }
  for (; i < bytes; i += 4) {
    const e = exp(sub(load1(x + i), s));
    store1(y + i, e);
    rest += first(e);
  }
  return sumOf(total) + rest;
}

/** Rows of fewer values are taken four at a time. */
const SHORT: usize = 16;

/** The same for short rows. */
function shortSoftmax(x: usize, count: usize, bytes: usize, logs: i32, y: usize): void {
  for (let row: usize = 0; row < count; row += 4, x += 4 * bytes, y += 4 * bytes) {
    const rows = min<usize>(4, count - row);
    const largest = largestInRows(x, bytes, rows);
    let total = zeros();
    for (let i: usize = 0; i < bytes; i += 4) {
      const below = sub(loadColumn(x, i, bytes, rows), largest);
      const e = exp(below);
      total = add(total, e);
      storeColumn(y, i, bytes, rows, logs ? below : e);
    }
    const apart = logs ? log(total) : f32x4.div(f32x4.splat(1), total);
    for (let i: usize = 0; i < bytes; i += 4) {
      const value = loadColumn(y, i, bytes, rows);
      storeColumn(y, i, bytes, rows, logs ? sub(value, apart) : mul(value, apart));
    }
  }
}

/** Each row of x [rows, length] as shares that add up to 1: e^x divided by the sum of the row's. With `logs` the shares' logarithms. */
export function softmax(x: usize, rows: usize, length: usize, logs: i32, y: usize): void {
  const bytes = length * 4;
  if (length < SHORT) {
    shortSoftmax(x, rows, bytes, logs, y);
    return;
  }
  for (; rows > 0; rows--, x += bytes, y += bytes) {
    const shift = largestOf(x, bytes);
    const total = exponentials(x, bytes, shift, y);
    if (logs) {
      const apart = shift + first(log(f32x4.splat(total)));
      for (let i: usize = 0; i < bytes; i += 4) store<f32>(y + i, load<f32>(x + i) - apart);
    } else {
      const share: f32 = 1 / total;
      for (let i: usize = 0; i < bytes; i += 4) store<f32>(y + i, load<f32>(y + i) * share);
    }
  }
}

/** The same for short rows. */
function shortSoftmaxAdjoint(dy: usize, y: usize, count: usize, bytes: usize, logs: i32, dx: usize): void {
  for (let row: usize = 0; row < count; row += 4, dy += 4 * bytes, y += 4 * bytes, dx += 4 * bytes) {
    const rows = min<usize>(4, count - row);
    let total = zeros();
    for (let i: usize = 0; i < bytes; i += 4) {
      const d = loadColumn(dy, i, bytes, rows);
      total = add(total, logs ? d : mul(d, loadColumn(y, i, bytes, rows)));
    }
    for (let i: usize = 0; i < bytes; i += 4) {
      const d = loadColumn(dy, i, bytes, rows);
      storeColumn(dx, i, bytes, rows, gradientOf(logs, d, loadColumn(y, i, bytes, rows), total));
    }
  }
}

/** dx = the gradient of x, from what came out. dx may be dy. */
export function softmaxAdjoint(dy: usize, y: usize, rows: usize, length: usize, logs: i32, dx: usize): void {
  const bytes = length * 4;
  const whole = bytes & ~15;
  if (length < SHORT) {
    shortSoftmaxAdjoint(dy, y, rows, bytes, logs, dx);
    return;
  }
  for (; rows > 0; rows--, dy += bytes, y += bytes, dx += bytes) {
    let sum: f32 = 0;
    for (let i: usize = 0; i < bytes; i += 4) {
      sum += logs ? load<f32>(dy + i) : load<f32>(dy + i) * load<f32>(y + i);
    }
    const total = f32x4.splat(sum);
    let i: usize = 0;
    for (; i < whole; i += 16) st(dx + i, gradientOf(logs, ld(dy + i), ld(y + i), total));
    for (; i < bytes; i += 4) store1(dx + i, gradientOf(logs, load1(dy + i), load1(y + i), total));
  }
}

// @ts-ignore: decorator
@inline
function gradientOf(logs: i32, dy: v128, y: v128, total: v128): v128 {
  return logs ? sub(dy, mul(exp(y), total)) : mul(y, sub(dy, total));
}
