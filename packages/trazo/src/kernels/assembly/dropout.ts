import { MASK_SCRATCH, writeMask } from "./mask";

const SCRATCH: usize = memory.data(MASK_SCRATCH, 16);

/** Writes the first `n` values of a mask: see `writeMask`. */
export function dropoutMask(target: usize, n: usize, rate: f64, seedLo: u32, seedHi: u32): void {
  writeMask(target, 0, n, rate, seedLo, seedHi, SCRATCH);
}
