/**
 * The kernel module: what the library computes itself because a graph would be slow at it. Everything works in place on
 * float32 values in one memory that the host provides and sizes; pointers are byte offsets, lengths count values.
 */
export { adam, adamAmsgrad } from "./adam";
export { clamp, scale, sumOfSquares } from "./clipping";
export { dropoutMask } from "./dropout";
export { normalNoise } from "./noise";
export { addPenaltyGradient } from "./penalty";
export { rmsprop, rmspropCentered, rmspropCenteredMomentum, rmspropMomentum } from "./rmsprop";
export { sgd, sgdMomentum, sgdNesterov } from "./sgd";
export { uniformNoise } from "./uniform";

/** Where the module's own data ends: the host may use everything from here on. */
export function heapBase(): usize {
  return __heap_base;
}
