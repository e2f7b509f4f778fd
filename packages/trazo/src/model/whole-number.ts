import { inWords, TrazoError } from "../errors.js";

/** @throws TrazoError unless the value is an integer of at least `least` */
export function wholeNumber(value: number, least: number, what: string): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new TrazoError(`${what} must be an integer of at least ${least}, but got ${inWords(value)}.`);
}
