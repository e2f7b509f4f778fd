import { writeBlocks } from "./philox";

/** Values that four Philox blocks give: four words each, two values a word. */
export const VALUES: usize = 32;

/** What `writeMask` needs to write over: the random words of one turn, and the values of one that is not whole. */
export const MASK_SCRATCH: i32 = 192;

/**
 * Writes `n` values of a mask, from number `first` on: float32 values that are 0 with probability `rate` (to the nearest 2^-16),
 * else 1 / (1 - rate), a pure function of the seed. Value 32 i + 8 w + 2 k + h comes from half h (0: lower) of word w of the Philox
 * block with the counter (4 i + k, 0, 0, 0) and the key (seedLo, seedHi): it is kept where that half is at least rate * 2^16.
 *
 * @param scratch `MASK_SCRATCH` bytes
 */
export function writeMask(
  target: usize,
  first: usize,
  n: usize,
  rate: f64,
  seedLo: u32,
  seedHi: u32,
  scratch: usize,
): void {
  const keep = keepOf(rate), threshold = thresholdOf(rate);
  const values = scratch + 64;
  let turn = first / VALUES;
  let skipped = first % VALUES;
  while (n > 0) {
    const counters = i32x4.add(i32x4.splat(<i32>(4 * turn)), i32x4(0, 1, 2, 3));
    if (skipped == 0 && n >= VALUES) {
      fill(target, counters, threshold, keep, seedLo, seedHi, scratch);
      target += 4 * VALUES;
      n -= VALUES;
    } else {
      fill(values, counters, threshold, keep, seedLo, seedHi, scratch);
      const part = min(VALUES - skipped, n);
      memory.copy(target, values + 4 * skipped, 4 * part);
      target += 4 * part;
      n -= part;
      skipped = 0;
    }
    turn++;
  }
}

/** What halves of random words are compared with. */
// @ts-ignore: decorator
@inline
export function thresholdOf(rate: f64): v128 {
  return i16x8.splat(<i16>min(<u32>nearest(rate * 65536), 65535));
}

/** What is kept is multiplied by. 2^16 fits no half word, so that the rate 1 keeps nothing by its scale of zero. */
// @ts-ignore: decorator
@inline
export function keepOf(rate: f64): v128 {
  return <u32>nearest(rate * 65536) < 65536 ? f32x4.splat(<f32>(1 / (1 - rate))) : f32x4.splat(0);
}

/** The 32 values of four blocks. */
// @ts-ignore: decorator
@inline
function fill(
  target: usize,
  counters: v128,
  threshold: v128,
  keep: v128,
  seedLo: u32,
  seedHi: u32,
  words: usize,
): void {
  writeBlocks(words, counters, seedLo, seedHi);
  for (let w: usize = 0; w < 4; w++) {
    const kept = i16x8.ge_u(v128.load(words + 16 * w), threshold);
    v128.store(target + 32 * w, v128.and(keep, i32x4.extend_low_i16x8_s(kept)));
    v128.store(target + 32 * w, v128.and(keep, i32x4.extend_high_i16x8_s(kept)), 16);
  }
}
