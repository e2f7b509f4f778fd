import { writeBlocks } from "./philox";

/** Room for the random words of one turn, which become its sixteen values in place. */
const WORDS: usize = memory.data(64, 16);

const UNIT: f32 = 2.3283064365386963e-10; // 2^-32
const TURN: f32 = 1.4629180792671596e-9; // 2 pi 2^-32

/**
 * Writes `n` standard normals by the transform of Box and Muller (1958): a pure function of the seed. Values 16 i + k and
 * 16 i + 4 + k come from words 0 and 1 of the Philox block with the counter (4 i + k, 0, 0, 0) and the key (seedLo, seedHi),
 * values 16 i + 8 + k and 16 i + 12 + k from words 2 and 3.
 */
export function normalNoise(target: usize, n: usize, seedLo: u32, seedHi: u32): void {
  let counters = i32x4(0, 1, 2, 3);
  for (let i: usize = 0; i < n; i += 16) {
    writeBlocks(WORDS, counters, seedLo, seedHi);
    for (let k: usize = 0; k < 16; k += 4) {
      transform(WORDS + k);
      transform(WORDS + 32 + k);
    }
    memory.copy(target + i * 4, WORDS, min<usize>(16, n - i) * 4);
    counters = i32x4.add(counters, i32x4.splat(4));
  }
}

/** Two words, 16 bytes apart, to two normals. */
function transform(at: usize): void {
  // Half a step is added, so that the logarithm's argument is never zero.
  const radius = Mathf.sqrt(-2 * Mathf.log((<f32>load<u32>(at) + 0.5) * UNIT));
  const angle = <f32>load<u32>(at, 16) * TURN;
  store<f32>(at, radius * Mathf.cos(angle));
  store<f32>(at, radius * Mathf.sin(angle), 16);
}
