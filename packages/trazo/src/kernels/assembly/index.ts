/**
 * The kernel module: what the library computes itself because a graph would be slow at it; the optimizers' updates have modules
 * of their own, made from their formulas (src/kernels/emit). Everything works in place on
 * float32 values in one memory that the host provides and sizes; pointers are byte offsets, lengths count values.
 */
export { clamp, scale, sumOfSquares } from "./clipping";
export { dropoutMask } from "./dropout";
export { normalNoise } from "./noise";
export { addPenaltyGradient } from "./penalty";
export { uniformNoise } from "./uniform";

/** Where the module's own data ends: the host may use everything from here on. */
export function heapBase(): usize {
  return __heap_base;
}
