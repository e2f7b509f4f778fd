import { maskScratch } from "../../kernels/input-kernels.js";
import type { MadeInput } from "../made-input.js";
import type { Place } from "../program/program.js";
import { inputKernel } from "./input-kernel.js";

/** The number of a block's first value, of so many a sample: no address, but counted in the same way. */
export const firstOf = (size: number): Place => ({ at: 0, perRow: size, perThread: 0, perPart: 0 });

/** A mask of dropout, of so many values a sample. The two words that it is drawn from are fed as `seed`. */
export const madeMask = (name: string, seed: string, rate: number, size: number): MadeInput => ({
  name,
  parts: [{ name: seed, bytes: 8, isForAll: true }],
  scratch: maskScratch,
  steps: (y, [words], scratch) => [
    inputKernel("maskPart", words ?? y, rate, firstOf(size), { perRow: size }, scratch, y),
  ],
});
