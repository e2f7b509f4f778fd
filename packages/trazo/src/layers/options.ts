import { TrazoError } from "../errors.js";

/** A size along height and width: one number for both, or a pair. */
export type SizeOption = number | readonly [number, number];

export function positiveInteger(value: number, what: string): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new TrazoError(`${what} must be a whole number above 0, but got ${value}.`);
}

export function pairOf(value: SizeOption, what: string): readonly [number, number] {
  const pair = typeof value === "number" ? [value, value] : value;
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new TrazoError(`${what} takes one number or two, but got ${JSON.stringify(value)}.`);
  }
  return [positiveInteger(pair[0] as number, what), positiveInteger(pair[1] as number, what)];
}

export function oneOf<T extends string>(value: T, allowed: readonly T[], what: string): T {
  if (allowed.includes(value)) return value;
  throw new TrazoError(`${what} must be one of ${allowed.join(", ")}, but got "${value}".`);
}

const paddings = ["valid", "same"] as const;

/** As Keras, in upper or lower case. */
export function paddingOption(value: string, what: string): (typeof paddings)[number] {
  const lower = typeof value === "string" ? value.toLowerCase() : value;
  return oneOf(lower as (typeof paddings)[number], paddings, what);
}
