import { writeBlocks } from "./philox";

/** Room for the random words of one turn, which become its sixteen values in place. */
const WORDS: usize = memory.data(64, 16);

const STEP: f32 = 5.9604644775390625e-8; // 2^-24

/**
 * Writes `n` float32 values, uniform on the multiples of 2^-24 in [0, 1): a pure function of the seed. Value 16 i + 4 w + k
 * is made of the upper 24 bits of word w of the Philox block with the counter (4 i + k, 0, 0, 0) and the key (seedLo, seedHi).
 */
export function uniformNoise(target: usize, n: usize, seedLo: u32, seedHi: u32): void {
  let counters = i32x4(0, 1, 2, 3);
  for (let i: usize = 0; i < n; i += 16) {
    writeBlocks(WORDS, counters, seedLo, seedHi);
    for (let w: usize = 0; w < 64; w += 16) {
      const upper = i32x4.shr_u(v128.load(WORDS + w), 8);
      v128.store(WORDS + w, f32x4.mul(f32x4.convert_i32x4_s(upper), f32x4.splat(STEP)));
    }
    memory.copy(target + i * 4, WORDS, min<usize>(16, n - i) * 4);
    counters = i32x4.add(counters, i32x4.splat(4));
  }
}
