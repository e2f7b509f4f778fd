/** What a set of durations is reported as. */
export interface Summary {
  readonly count: number;
  readonly median: number;
  readonly q1: number;
  readonly q3: number;
  readonly min: number;
}

/**
 * Quantile by linear interpolation between the closest ranks (Hyndman and Fan's type 7, as NumPy and R do by default).
 *
 * @param sorted ascending, at least one value.
 * @param q from 0 to 1.
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) throw new RangeError("quantile: there are no values");
  if (!(q >= 0 && q <= 1)) throw new RangeError(`quantile: q must lie in 0..1, but got ${q}`);
  const position = q * (sorted.length - 1);
  const low = Math.floor(position);
  const a = sorted[low] as number;
  const b = sorted[Math.min(low + 1, sorted.length - 1)] as number;
  return a + (b - a) * (position - low);
}

/** Medians and quartiles stand up to the spikes that a shared machine gives; means do not. */
export function summarize(values: ArrayLike<number>): Summary {
  const sorted = Float64Array.from(values).sort();
  return {
    count: sorted.length,
    median: quantile(sorted, 0.5),
    q1: quantile(sorted, 0.25),
    q3: quantile(sorted, 0.75),
    min: quantile(sorted, 0),
  };
}

export const median = (values: ArrayLike<number>): number => summarize(values).median;
