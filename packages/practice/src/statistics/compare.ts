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
  /** Of the difference, so wide that with 95% confidence all the comparisons' intervals are right; absent with fewer than two pairs. */
  readonly interval?: readonly [low: number, high: number] | undefined;
  /** Two-sided, of the paired t-test, corrected for the number of comparisons by Holm's method; absent with fewer than two pairs, or where all differ equally. */
  readonly p?: number | undefined;
  /** Whether the difference is unlikely to be luck: p below 0.05. */
  readonly isReal: boolean;
}

const level = 0.05;

/**
 * Compares settings over the same seeds: with each other, or all with one. The test is Student's paired t-test; p-values are corrected by
 * Holm's method (Scandinavian Journal of Statistics 6, 1979), intervals by Bonferroni's.
 *
 * @param reference the setting that all others are compared with. Default: each is compared with each
 */
export function compareSettings(settings: readonly Measured[], reference?: string): Comparison[] {
  const common = settings.find(({ name }) => name === reference);
  const pairs = common
    ? settings.flatMap((first) => (first === common ? [] : [[first, common] as const]))
    : settings.flatMap((first, i) => settings.slice(i + 1).map((second) => [first, second] as const));
  const raw = pairs.map(([first, second]) => pairedTest(first, second));
  const tested = raw.filter(({ p }) => p !== undefined);
  const corrected = holm(tested.map(({ p }) => p as number));
  return raw.map((one): Comparison => {
    const { differences, ...comparison } = one;
    const p = corrected[tested.indexOf(one)];
    return {
      ...comparison,
      interval: p === undefined ? undefined : simultaneousInterval(differences, tested.length),
      p,
      isReal: p !== undefined && p < level,
    };
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

/** Holm's correction: p-values that hold together, in the order of those given. */
export function holm(p: readonly number[]): number[] {
  const order = p.map((value, place) => ({ value, place })).sort((a, b) => a.value - b.value);
  const corrected = new Array<number>(p.length).fill(1);
  let largest = 0;
  for (const [i, { value, place }] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (p.length - i) * value));
    corrected[place] = largest;
  }
  return corrected;
}
