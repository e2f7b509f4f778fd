import { TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import type { LearningRateSchedule } from "./schedule.js";
import { requireRates } from "./steps.js";

export interface PiecewiseConstantDecayOptions {
  /** Steps after which the next value is in force, growing. */
  readonly boundaries: readonly number[];
  /** One more than boundaries. */
  readonly values: readonly number[];
}

const piecewiseConstantDecayOptions = { boundaries: true, values: true } as const;

/**
 * values[0] up to and including the step boundaries[0], values[1] from there up to and including boundaries[1], and so on.
 *
 * @throws TrazoError when there is not one value more than boundaries, or these do not grow
 */
export function piecewiseConstantDecay(options: PiecewiseConstantDecayOptions): LearningRateSchedule {
  requireKnownOptions(options, piecewiseConstantDecayOptions, "PiecewiseConstantDecay");
  const boundaries = [...options.boundaries];
  const values = [...options.values];
  if (boundaries.length !== values.length - 1) {
    throw new TrazoError(
      `There must be one value more than boundaries, but there are ${values.length} values and ${boundaries.length} boundaries.`,
    );
  }
  if (!boundaries.every((boundary, i) => i === 0 || boundary > (boundaries[i - 1] as number))) {
    throw new TrazoError(`The boundaries must grow, but are ${boundaries.join(", ")}.`);
  }
  requireRates(Object.fromEntries(values.map((value, i) => [`values[${i}]`, value])));
  return {
    className: "PiecewiseConstantDecay",
    at: (step) => values[boundaries.filter((boundary) => step > boundary).length] as number,
    getConfig: () => ({ boundaries: [...boundaries], values: [...values], name: "PiecewiseConstant" }),
  };
}
