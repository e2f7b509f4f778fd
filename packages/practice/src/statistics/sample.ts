import { studentTQuantile } from "./student-t.js";

/** What a list of numbers says of where they come from. */
export interface Sample {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation, with n - 1; NaN of one number. */
  readonly deviation: number;
  /** 95% confidence interval of the mean, by Student's t; absent of one number. */
  readonly interval?: readonly [low: number, high: number] | undefined;
}

/** @throws RangeError of no numbers */
export function describeSample(values: readonly number[], confidence = 0.95): Sample {
  const count = values.length;
  if (count === 0) throw new RangeError("A sample needs at least one value.");
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1));
  return { count, mean, deviation, interval: intervalOf(mean, deviation, count, confidence) };
}

/** The interval of a mean; absent where there is no deviation. */
export function intervalOf(
  mean: number,
  deviation: number,
  count: number,
  confidence: number,
): readonly [number, number] | undefined {
  if (count < 2) return undefined;
  const half = (studentTQuantile(1 - (1 - confidence) / 2, count - 1) * deviation) / Math.sqrt(count);
  return [mean - half, mean + half];
}
