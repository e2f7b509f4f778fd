import { TrazoError } from "../errors.js";
import type { Clipping } from "./optimizer.js";

/** The names of `OptimizerOptions`, for `requireKnownOptions`. */
export const optimizerOptionNames = {
  learningRate: true,
  weightDecay: true,
  clipnorm: true,
  globalClipnorm: true,
  clipvalue: true,
} as const;

/** @throws TrazoError unless `value` is a finite number that is not negative */
export function requireNonNegative(name: string, value: number): number {
  if (!(value >= 0 && Number.isFinite(value))) {
    throw new TrazoError(`${name} must be a finite number >= 0, but is ${value}.`);
  }
  return value;
}

/** @throws TrazoError unless `value`, as a float32, lies in [0, 1): a mean that forgets nothing never learns */
export function requireForgetting(name: string, value: number): number {
  if (!(value >= 0 && Math.fround(value) < 1))
    throw new TrazoError(`${name} must lie in [0, 1), but is ${value}.`);
  return value;
}

/** @throws TrazoError unless `value` lies in [0, 1] */
export function requireFraction(name: string, value: number): number {
  if (!(value >= 0 && value <= 1)) throw new TrazoError(`${name} must lie in [0, 1], but is ${value}.`);
  return value;
}

/**
 * The clipping that the options ask for. As in Keras, 0 clips nothing.
 *
 * @throws TrazoError for a negative limit, and for more than one, as in Keras 3
 */
export function readClipping({ clipnorm, globalClipnorm, clipvalue }: Clipping): Clipping {
  const given = Object.entries({ clipnorm, globalClipnorm, clipvalue }).filter(
    (entry): entry is [string, number] => entry[1] !== undefined,
  );
  if (given.length > 1) {
    throw new TrazoError(
      `Only one of clipnorm, globalClipnorm and clipvalue can be set, but ${given.map(([name]) => name).join(" and ")} are.`,
    );
  }
  for (const [name, limit] of given) requireNonNegative(name, limit);
  return Object.fromEntries(given.filter(([, limit]) => limit > 0));
}
