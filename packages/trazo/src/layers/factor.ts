import { type Json, TrazoError } from "../errors.js";
import type { ConfigReader } from "./config-reader.js";

/** A range from which a fraction is drawn: a pair of ends, or one number f for [-f, f]. */
export type FactorOption = number | readonly [number, number];

/**
 * The ends of a range, the lower one first.
 *
 * @param what names the option in errors
 * @param lowest the smallest number allowed; the largest is 1
 */
export function factorRange(
  factor: FactorOption,
  what: string,
  lowest: "-1" | "above -1" = "-1",
): readonly [number, number] {
  const ends: readonly unknown[] =
    typeof factor === "number" ? [factor] : Array.isArray(factor) ? factor : [];
  const fits = (end: unknown): end is number =>
    typeof end === "number" && end <= 1 && (lowest === "-1" ? end >= -1 : end > -1);
  if (!ends.every(fits) || ends.length !== (typeof factor === "number" ? 1 : 2)) {
    const from = lowest === "-1" ? "from -1 to 1" : "above -1 and up to 1";
    throw new TrazoError(
      `${what} must be a number ${from} or a pair of such numbers, but got ${JSON.stringify(factor)}.`,
    );
  }
  const [first, second] = ends;
  if (second !== undefined) return [Math.min(first as number, second), Math.max(first as number, second)];
  const reach = Math.abs(first as number);
  return [0 - reach, reach];
}

/** A factor as configurations hold it: as it was given. */
export const factorToConfig = (factor: FactorOption): Json =>
  typeof factor === "number" ? factor : [...factor];

export function factorFromConfig(config: ConfigReader, key: string): FactorOption | undefined {
  const numbers = config.numbers(key);
  return numbers?.length === 1 ? numbers[0] : (numbers as FactorOption | undefined);
}
