import { VALUES, keepOf, thresholdOf } from "./mask";
import { writeBlocks } from "./philox";

/**
 * y = x times a mask of dropout (see `writeMask`), from value `first` on, which is written as one bit for each value, 1 where it is kept.
 *
 * @param first a multiple of 32, as is `count`
 * @param seed address of the two words that the mask is drawn from
 * @param scratch 64 bytes
 */
export function dropValues(
  seed: usize,
  rate: f64,
  first: usize,
  count: usize,
  x: usize,
  scratch: usize,
  bits: usize,
  y: usize,
): void {
  const low = load<u32>(seed), high = load<u32>(seed, 4);
  const threshold = thresholdOf(rate), keep = keepOf(rate);
  const end = x + 4 * count;
  let counters = i32x4.add(i32x4.splat(<i32>(4 * (first / VALUES))), i32x4(0, 1, 2, 3));
  for (; x < end; x += 4 * VALUES, y += 4 * VALUES, bits += 4) {
    writeBlocks(scratch, counters, low, high);
    counters = i32x4.add(counters, i32x4.splat(4));
    for (let half: usize = 0; half < 2; half++) {
      const one = i16x8.ge_u(v128.load(scratch + 32 * half), threshold);
      const next = i16x8.ge_u(v128.load(scratch + 32 * half, 16), threshold);
      store<u16>(bits + 2 * half, <u16>i8x16.bitmask(i8x16.narrow_i16x8_s(one, next)));
      const from = x + 64 * half, to = y + 64 * half;
      v128.store(to, f32x4.mul(v128.load(from), v128.and(keep, i32x4.extend_low_i16x8_s(one))));
      v128.store(to, f32x4.mul(v128.load(from, 16), v128.and(keep, i32x4.extend_high_i16x8_s(one))), 16);
      v128.store(to, f32x4.mul(v128.load(from, 32), v128.and(keep, i32x4.extend_low_i16x8_s(next))), 32);
      v128.store(to, f32x4.mul(v128.load(from, 48), v128.and(keep, i32x4.extend_high_i16x8_s(next))), 48);
    }
  }
}

/** dx = dy times the mask. dx may be dy. */
export function dropValuesAdjoint(bits: usize, rate: f64, count: usize, dy: usize, dx: usize): void {
  const keep = keepOf(rate);
  const places = i32x4(1, 2, 4, 8);
  const end = dy + 4 * count;
  for (; dy < end; dy += 16 * 8, dx += 16 * 8, bits += 4) {
    const word = load<u32>(bits);
    for (let part: u32 = 0; part < 8; part++) {
      const kept = i32x4.eq(v128.and(i32x4.splat(word >> (4 * part)), places), places);
      v128.store(dx + 16 * part, f32x4.mul(v128.load(dy + 16 * part), v128.and(keep, kept)));
    }
  }
}
