import { describeSample, intervalOf } from "./sample.js";
import { studentTBeyond } from "./student-t.js";

/** What one setting's runs measured, by their seeds. */
export interface Measured {
  readonly name: string;
  readonly bySeed: ReadonlyMap<number, number>;
}

/** Two settings compared over the seeds that both have. */
export interface Comparison {
  readonly first: string;
  readonly second: string;
  /** Seeds that both have. */
  readonly pairs: number;
  /** Mean of the first minus the second. */
  readonly difference: number;
  /** Of the difference, so wide that with 95% confidence all the comparisons' intervals are right; absent where `p` is. */
  readonly interval?: readonly [low: number, high: number] | undefined;
  /** Two-sided, of the paired t-test, times the number of comparisons; absent with fewer than two pairs, or where all differ equally. */
  readonly p?: number | undefined;
  /** Whether the difference is unlikely to be luck: `p` is below 0.05, which is to say that 0 lies outside `interval`. */
  readonly isReal: boolean;
}

const level = 0.05;

/**
 * Compares settings over the same seeds: with each other, or all with one. The test is Student's paired t-test. P-values and intervals are
 * corrected for the number of comparisons in the same way, by Bonferroni's method, so that they never contradict each other.
 *
 * @param reference the setting that all others are compared with. Default: each is compared with each
 */
export function compareSettings(settings: readonly Measured[], reference?: string): Comparison[] {
  const common = settings.find(({ name }) => name === reference);
  const pairs = common
    ? settings.flatMap((first) => (first === common ? [] : [[first, common] as const]))
    : settings.flatMap((first, i) => settings.slice(i + 1).map((second) => [first, second] as const));
  const raw = pairs.map(([first, second]) => pairedTest(first, second));
  const tested = raw.filter(({ p }) => p !== undefined).length;
  return raw.map(({ differences, p: alone, ...comparison }): Comparison => {
    if (alone === undefined) return { ...comparison, interval: undefined, p: undefined, isReal: false };
    const p = Math.min(1, tested * alone);
    return { ...comparison, interval: simultaneousInterval(differences, tested), p, isReal: p < level };
  });
}

interface Tested extends Pick<Comparison, "first" | "second" | "pairs" | "difference"> {
  readonly differences: readonly number[];
  readonly p: number | undefined;
}

function pairedTest(first: Measured, second: Measured): Tested {
  const differences = [...first.bySeed].flatMap(([seed, value]) => {
    const other = second.bySeed.get(seed);
    return other === undefined ? [] : [value - other];
  });
  const pairs = differences.length;
  const names = { first: first.name, second: second.name, pairs, differences };
  if (pairs === 0) return { ...names, difference: Number.NaN, p: undefined };
  const { mean, deviation } = describeSample(differences);
  if (pairs === 1) return { ...names, difference: mean, p: undefined };
  const t = (mean * Math.sqrt(pairs)) / deviation;
  // Equal differences, which coarse measures of few seeds give, are no sign that there is no deviation: nothing is tested.
  if (mean !== 0 && deviation <= 1e-9 * Math.abs(mean)) return { ...names, difference: mean, p: undefined };
  // Without any difference there is no t; the two are the same.
  return { ...names, difference: mean, p: mean === 0 ? 1 : studentTBeyond(t, pairs - 1) };
}

function simultaneousInterval(
  differences: readonly number[],
  comparisons: number,
): readonly [number, number] | undefined {
  if (differences.length < 2) return undefined;
  const { mean, deviation, count } = describeSample(differences);
  return intervalOf(mean, deviation, count, 1 - level / comparisons);
}
