import { add, ld, load1, mul, st, store1 } from "./vector";

/**
 * Products along an axis with a matrix of few numbers in each row, all next to each other: `table` holds for each of `outputs` rows the place of
 * the first and then `most` numbers.
 */

/** y [blocks, outputs, length] = the matrix times x [blocks, inputs, length] */
export function axisProduct(
  x: usize,
  blocks: usize,
  inputs: usize,
  outputs: usize,
  length: usize,
  table: usize,
  most: usize,
  y: usize,
): void {
  const run = length * 4;
  const whole = run & ~15;
  for (; blocks > 0; blocks--, x += inputs * run) {
    for (let o: usize = 0, row = table; o < outputs; o++, row += 4 + 4 * most, y += run) {
      const from = x + <usize>load<f32>(row) * run;
      for (let i: usize = 0; i < whole; i += 16) {
        let sum = mul(v128.load32_splat(row, 4), ld(from + i));
        for (let k: usize = 1, at = from + run + i; k < most; k++, at += run) {
          sum = add(sum, mul(v128.load32_splat(row + 4 * k, 4), ld(at)));
        }
        st(y + i, sum);
      }
      for (let i = whole; i < run; i += 4) {
        let sum = mul(load1(row + 4), load1(from + i));
        for (let k: usize = 1, at = from + run + i; k < most; k++, at += run) {
          sum = add(sum, mul(load1(row + 4 + 4 * k), load1(at)));
        }
        store1(y + i, sum);
      }
    }
  }
}

/** dx += the matrix, transposed, times dy. */
export function axisProductAdjoint(
  dy: usize,
  blocks: usize,
  inputs: usize,
  outputs: usize,
  length: usize,
  table: usize,
  most: usize,
  dx: usize,
): void {
  const run = length * 4;
  const whole = run & ~15;
  for (; blocks > 0; blocks--, dx += inputs * run) {
    for (let o: usize = 0, row = table; o < outputs; o++, row += 4 + 4 * most, dy += run) {
      const to = dx + <usize>load<f32>(row) * run;
      for (let k: usize = 0, at = to; k < most; k++, at += run) {
        const factor = v128.load32_splat(row + 4 * k, 4);
        for (let i: usize = 0; i < whole; i += 16) st(at + i, add(ld(at + i), mul(factor, ld(dy + i))));
        for (let i = whole; i < run; i += 4) store1(at + i, add(load1(at + i), mul(factor, load1(dy + i))));
      }
    }
  }
}
