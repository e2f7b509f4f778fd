/**
 * Kernels that make what a model is given, for programs that make it themselves: a module of its own, loaded by trainings that need it. It
 * keeps nothing in the memory by itself, so that threads may share that.
 */
import { writeMask } from "./mask";

export { dropValues, dropValuesAdjoint } from "./dropped";
export { sampleImages } from "./images";

/** y = `count` values of a mask of dropout from number `first` on, by the two words at `seed`. Writes over 192 bytes of scratch. */
export function maskPart(seed: usize, rate: f64, first: usize, count: usize, scratch: usize, y: usize): void {
  writeMask(y, first, count, rate, load<u32>(seed), load<u32>(seed, 4), scratch);
}
