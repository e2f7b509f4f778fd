import { exp } from "./exponential";
import { largestInRows, loadColumn, storeColumn } from "./four-rows";
import { log } from "./logarithm";
import { add, mul, sub, zeros } from "./vector";

/** Probabilities below 2^-60 count as 0 in gradients: products with them would be subnormal. */
const LEAST: f32 = 8.673617379884035e-19;

/** y [rows] = minus the sum of each row of p [rows, length] times the logarithms of softmax(x). */
export function crossentropy(x: usize, p: usize, count: usize, length: usize, y: usize): void {
  const bytes = length * 4;
  for (let row: usize = 0; row < count; row += 4, x += 4 * bytes, p += 4 * bytes, y += 16) {
    const rows = min<usize>(4, count - row);
    const largest = largestInRows(x, bytes, rows);
    let total = zeros();
    let shares = zeros();
    let product = zeros();
    for (let i: usize = 0; i < bytes; i += 4) {
      const below = sub(loadColumn(x, i, bytes, rows), largest);
      const share = loadColumn(p, i, bytes, rows);
      total = add(total, exp(below));
      shares = add(shares, share);
      product = add(product, mul(share, below));
    }
    storeColumn(y, 0, 4, rows, sub(mul(shares, log(total)), product));
  }
}

/** dx = the gradient of x; dy [rows]. */
export function crossentropyAdjoint(dy: usize, x: usize, p: usize, count: usize, length: usize, dx: usize): void {
  const bytes = length * 4;
  for (let row: usize = 0; row < count; row += 4, x += 4 * bytes, p += 4 * bytes, dx += 4 * bytes, dy += 16) {
    const rows = min<usize>(4, count - row);
    const largest = largestInRows(x, bytes, rows);
    let total = zeros();
    let shares = zeros();
    for (let i: usize = 0; i < bytes; i += 4) {
      total = add(total, exp(sub(loadColumn(x, i, bytes, rows), largest)));
      shares = add(shares, loadColumn(p, i, bytes, rows));
    }
    const slope = loadColumn(dy, 0, 4, rows);
    const inverse = f32x4.div(f32x4.splat(1), total);
    for (let i: usize = 0; i < bytes; i += 4) {
      const found = mul(exp(sub(loadColumn(x, i, bytes, rows), largest)), inverse);
      const visible = v128.andnot(found, f32x4.lt(found, f32x4.splat(LEAST)));
      const wanted = loadColumn(p, i, bytes, rows);
      storeColumn(dx, i, bytes, rows, mul(slope, sub(mul(shares, visible), wanted)));
    }
  }
}
