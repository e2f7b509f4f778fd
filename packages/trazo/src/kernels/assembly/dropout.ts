import { writeBlocks } from "./philox";

/** Values that four Philox blocks give: four words each, two values a word. */
const VALUES: usize = 32;

/** Room for the random words of one turn. */
const WORDS: usize = memory.data(64, 16);

/** Room for the values of a last turn that is not whole. */
const SCRATCH: usize = memory.data(128, 16);

/**
 * Writes `n` float32 values that are 0 with probability `rate` (to the nearest 2^-16), else 1 / (1 - rate): a pure function of
 * the seed. Value 32 i + 8 w + 2 k + h comes from half h (0: lower) of word w of the Philox block with the counter
 * (4 i + k, 0, 0, 0) and the key (seedLo, seedHi): it is kept where that half is at least rate * 2^16.
 */
export function dropoutMask(target: usize, n: usize, rate: f64, seedLo: u32, seedHi: u32): void {
  const limit = <u32>nearest(rate * 65536);
  // 2^16 fits no half word, so the rate 1 keeps nothing by its scale of zero.
  const keep = limit < 65536 ? f32x4.splat(<f32>(1 / (1 - rate))) : f32x4.splat(0);
  const threshold = i16x8.splat(<i16>min(limit, 65535));
  let counters = i32x4(0, 1, 2, 3);
  let i: usize = 0;
  for (; i + VALUES <= n; i += VALUES) {
    fill(target + i * 4, counters, threshold, keep, seedLo, seedHi);
    counters = i32x4.add(counters, i32x4.splat(4));
  }
  if (i < n) {
    fill(SCRATCH, counters, threshold, keep, seedLo, seedHi);
    memory.copy(target + i * 4, SCRATCH, (n - i) * 4);
  }
}

/** The 32 values of four blocks. */
// @ts-ignore: decorator
@inline
function fill(target: usize, counters: v128, threshold: v128, keep: v128, seedLo: u32, seedHi: u32): void {
  writeBlocks(WORDS, counters, seedLo, seedHi);
  for (let w: usize = 0; w < 4; w++) {
    const kept = i16x8.ge_u(v128.load(WORDS + 16 * w), threshold);
    v128.store(target + 32 * w, v128.and(keep, i32x4.extend_low_i16x8_s(kept)));
    v128.store(target + 32 * w, v128.and(keep, i32x4.extend_high_i16x8_s(kept)), 16);
  }
}
