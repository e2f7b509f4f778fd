import { option, type RequiredOption } from "../schema/option.js";

/** A range from which a fraction is drawn: a pair of ends, or one number f for [-f, f]. */
export type FactorOption = number | readonly [number, number];

/**
 * An option that is such a range. Configurations hold it as it was given.
 *
 * @param lowest the smallest number allowed; the largest is 1
 */
export function factor(lowest: "-1" | "above -1" = "-1"): RequiredOption<FactorOption, FactorOption> {
  const from = lowest === "-1" ? "from -1 to 1" : "above -1 and up to 1";
  const fits = (end: unknown): end is number =>
    typeof end === "number" && end <= 1 && (lowest === "-1" ? end >= -1 : end > -1);
  return option<FactorOption>({
    expected: `a number ${from} or a pair of such numbers`,
    accept(value) {
      if (fits(value)) return value;
      const [first, second, ...others] = Array.isArray(value) ? value : [];
      return fits(first) && fits(second) && others.length === 0 ? [first, second] : undefined;
    },
    toKeras: (range) => (typeof range === "number" ? range : [...range]),
    fromKeras: (json) => (Array.isArray(json) && json.length === 1 ? json[0] : json),
  });
}

/** The ends of a range, the lower one first. */
export function factorRange(range: FactorOption): readonly [low: number, high: number] {
  if (typeof range !== "number") return [Math.min(...range), Math.max(...range)];
  const reach = Math.abs(range);
  return [0 - reach, reach];
}
