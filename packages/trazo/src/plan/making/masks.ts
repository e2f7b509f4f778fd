import { maskScratch } from "../../kernels/input-kernels.js";
import type { MadeInput } from "../made-input.js";
import { inputKernel } from "./input-kernel.js";

/** A mask of dropout, of so many values a sample. The two words that it is drawn from are fed as `seed`. */
export const madeMask = (name: string, seed: string, rate: number, size: number): MadeInput => ({
  name,
  parts: [{ name: seed, bytes: 8, isForAll: true }],
  scratch: maskScratch,
  steps: (y, [words], scratch) => [
    // Where the rows of a block begin is not an address, but counted in the same way.
    inputKernel(
      "maskPart",
      words ?? y,
      rate,
      { at: 0, perRow: size, perThread: 0 },
      { perRow: size },
      scratch,
      y,
    ),
  ],
});
