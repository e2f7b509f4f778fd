import { TrazoError } from "../errors.js";
import { randomStream } from "../random/derive.js";
import type { RandomStream } from "../random/stream.js";

/** The option that every random initializer takes. */
export interface SeedOption {
  /**
   * When given, the values come from this seed alone: the same for every weight of the same shape, whatever the
   * model's seed. Default: the stream that the model passes. A whole number from 0 to 2⁵³−1.
   */
  readonly seed?: number | undefined;
}

/** @throws TrazoError when the seed is given and cannot be one */
export function checkSeed(seed: number | undefined): void {
  if (seed !== undefined) randomStream(seed);
}

/** The seed's own stream, from its start, when a seed is given; else the stream that was passed. */
export function streamFor(seed: number | undefined, random: RandomStream): RandomStream {
  return seed === undefined ? random : randomStream(seed, "initializer");
}

/** @throws TrazoError when `value` is not a finite number */
export function checkFinite(what: string, value: number): void {
  if (!Number.isFinite(value)) throw new TrazoError(`${what} must be a finite number, but is ${value}.`);
}

/** @throws TrazoError when `value` is not a finite number of at least 0 */
export function checkSpread(what: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value))) {
    throw new TrazoError(`${what} must be a finite number of at least 0, but is ${value}.`);
  }
}
