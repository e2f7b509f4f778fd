import { inWords, TrazoError } from "./errors.js";

/** @throws TrazoError for sample weights without a length, such as a tensor, of which nothing would be found in their places */
export function requireWeightList(sampleWeight: ArrayLike<number> | undefined, what: string): void {
  if (sampleWeight === undefined || typeof sampleWeight?.length === "number") return;
  throw new TrazoError(
    `${what}: sampleWeight must be a list or typed array of one number per sample, but got ${inWords(sampleWeight)}. ` +
      "A tensor's numbers are its data.",
  );
}
