import { madd } from "./madd";
import { storePart, storeRow } from "./store";

/** y = x B, or added to y, with a row x whose values lie `xStep` bytes apart: B is read once, along its rows. */
export function rowTimesMatrix(
  x: usize, xStep: usize, b: usize, bStep: usize, y: usize, n: i32, k: i32, add: bool,
): void {
  for (; n >= 16; n -= 16, b += 64, y += 64) {
    let sum0 = f32x4.splat(0), sum1 = f32x4.splat(0), sum2 = f32x4.splat(0), sum3 = f32x4.splat(0);
    let p = b;
    let q = x;
    for (let i = k; i > 0; i--, p += bStep, q += xStep) {
      const factor = v128.load32_splat(q);
      sum0 = madd(factor, v128.load(p), sum0);
      sum1 = madd(factor, v128.load(p, 16), sum1);
      sum2 = madd(factor, v128.load(p, 32), sum2);
      sum3 = madd(factor, v128.load(p, 48), sum3);
    }
    storeRow(y, sum0, sum1, add);
    storeRow(y + 32, sum2, sum3, add);
  }
  for (; n >= 4; n -= 4, b += 16, y += 16) {
    let sum = f32x4.splat(0);
    let p = b;
    let q = x;
    for (let i = k; i > 0; i--, p += bStep, q += xStep) sum = madd(v128.load32_splat(q), v128.load(p), sum);
    storePart(y, sum, sum, 4, add);
  }
  for (; n > 0; n--, b += 4, y += 4) {
    let sum = f32x4.splat(0);
    let p = b;
    let q = x;
    for (let i = k; i > 0; i--, p += bStep, q += xStep) sum = madd(v128.load32_zero(q), v128.load32_zero(p), sum);
    storePart(y, sum, sum, 1, add);
  }
}

/** y = x B', or added to y, whose values lie `yStep` bytes apart: products of the row x with every row of B. */
export function rowTimesTransposed(
  x: usize, b: usize, bStep: usize, y: usize, yStep: usize, n: i32, k: i32, add: bool,
): void {
  for (; n >= 4; n -= 4, b += 4 * bStep, y += 4 * yStep) {
    let b0 = b;
    let b1 = b0 + bStep;
    let b2 = b1 + bStep;
    let b3 = b2 + bStep;
    let q = x;
    let sum0 = f32x4.splat(0), sum1 = f32x4.splat(0), sum2 = f32x4.splat(0), sum3 = f32x4.splat(0);
    let i = k;
    for (; i >= 4; i -= 4) {
      const values = v128.load(q);
      sum0 = madd(values, v128.load(b0), sum0);
      sum1 = madd(values, v128.load(b1), sum1);
      sum2 = madd(values, v128.load(b2), sum2);
      sum3 = madd(values, v128.load(b3), sum3);
      q += 16;
      b0 += 16;
      b1 += 16;
      b2 += 16;
      b3 += 16;
    }
    for (; i > 0; i--) {
      const value = v128.load32_zero(q);
      sum0 = madd(value, v128.load32_zero(b0), sum0);
      sum1 = madd(value, v128.load32_zero(b1), sum1);
      sum2 = madd(value, v128.load32_zero(b2), sum2);
      sum3 = madd(value, v128.load32_zero(b3), sum3);
      q += 4;
      b0 += 4;
      b1 += 4;
      b2 += 4;
      b3 += 4;
    }
    storeSum(y, sum0, add);
    storeSum(y + yStep, sum1, add);
    storeSum(y + 2 * yStep, sum2, add);
    storeSum(y + 3 * yStep, sum3, add);
  }
  for (; n > 0; n--, b += bStep, y += yStep) {
    let p = b;
    let q = x;
    let sum = f32x4.splat(0);
    let i = k;
    for (; i >= 4; i -= 4, q += 16, p += 16) sum = madd(v128.load(q), v128.load(p), sum);
    for (; i > 0; i--, q += 4, p += 4) sum = madd(v128.load32_zero(q), v128.load32_zero(p), sum);
    storeSum(y, sum, add);
  }
}

// @ts-ignore: decorator
@inline
function storeSum(address: usize, lanes: v128, add: bool): void {
  const sum =
    f32x4.extract_lane(lanes, 0) + f32x4.extract_lane(lanes, 1) +
    (f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3));
  store<f32>(address, add ? load<f32>(address) + sum : sum);
}
