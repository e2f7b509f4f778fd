const M0: u32 = 0xd2511f53;
const M1: u32 = 0xcd9e8d57;
const W0: u32 = 0x9e3779b9;
const W1: u32 = 0xbb67ae85;
const ROUNDS: i32 = 10;

/**
 * Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011), four blocks at a
 * time: the blocks with the counters (c, 0, 0, 0) for the four lanes c of `counters`, under the key (seedLo, seedHi).
 * Word w of lane k's block is written at `target` + 16 w + 4 k.
 */
// @ts-ignore: decorator
@inline
export function writeBlocks(target: usize, counters: v128, seedLo: u32, seedHi: u32): void {
  const m0 = i32x4.splat(M0), m1 = i32x4.splat(M1);
  let c0 = counters, c1 = i32x4.splat(0), c2 = i32x4.splat(0), c3 = i32x4.splat(0);
  let k0 = seedLo, k1 = seedHi;
  for (let round = 0; round < ROUNDS; round++) {
    const a = i64x2.extmul_low_i32x4_u(c0, m0), b = i64x2.extmul_high_i32x4_u(c0, m0);
    const c = i64x2.extmul_low_i32x4_u(c2, m1), d = i64x2.extmul_high_i32x4_u(c2, m1);
    c0 = v128.xor(v128.xor(v128.shuffle<u32>(c, d, 1, 3, 5, 7), c1), i32x4.splat(k0));
    c2 = v128.xor(v128.xor(v128.shuffle<u32>(a, b, 1, 3, 5, 7), c3), i32x4.splat(k1));
    c1 = v128.shuffle<u32>(c, d, 0, 2, 4, 6);
    c3 = v128.shuffle<u32>(a, b, 0, 2, 4, 6);
    k0 += W0;
    k1 += W1;
  }
  v128.store(target, c0);
  v128.store(target, c1, 16);
  v128.store(target, c2, 32);
  v128.store(target, c3, 48);
}
