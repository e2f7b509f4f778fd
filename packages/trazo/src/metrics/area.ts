/** How often outputs above each of the thresholds, in ascending order, are 1 in truth and 0 in truth; and how often any are. */
export interface Counts {
  readonly hits: readonly number[];
  readonly alarms: readonly number[];
  readonly positives: number;
  readonly negatives: number;
}

export interface Area {
  readonly curve: "ROC" | "PR";
  readonly summation: "interpolation" | "majoring" | "minoring";
}

/** The area under a curve of which a point per threshold is known, as Keras's `AUC` has it. */
export function areaUnder(counts: Counts, { curve, summation }: Area): number {
  if (curve === "PR" && summation === "interpolation") return interpolatedPrecision(counts);
  const { hits, alarms, positives, negatives } = counts;
  const recall = hits.map((hit) => share(hit, positives));
  const [x, y] =
    curve === "ROC"
      ? [alarms.map((alarm) => share(alarm, negatives)), recall]
      : [recall, hits.map((hit, i) => share(hit, hit + (alarms[i] ?? 0)))];
  const height = {
    interpolation: (a: number, b: number) => (a + b) / 2,
    majoring: Math.max,
    minoring: Math.min,
  };
  return pairs(y.length).reduce(
    (sum, i) => sum + (at(x, i) - at(x, i + 1)) * height[summation](at(y, i), at(y, i + 1)),
    0,
  );
}

/**
 * Between two thresholds hits and alarms change together, and precision with their ratio (Davis and Goadrich 2006, "The
 * Relationship Between Precision-Recall and ROC Curves").
 */
function interpolatedPrecision({ hits, alarms, positives }: Counts): number {
  const found = hits.map((hit, i) => hit + at(alarms, i));
  return pairs(hits.length).reduce((sum, i) => {
    const [here, next] = [at(found, i), at(found, i + 1)];
    const moreHits = at(hits, i) - at(hits, i + 1);
    const slope = share(moreHits, Math.max(here - next, 0));
    const intercept = at(hits, i + 1) - slope * next;
    const ratio = here > 0 && next > 0 ? here / next : 1;
    return sum + share(slope * (moreHits + intercept * Math.log(ratio)), Math.max(positives, 0));
  }, 0);
}

const at = (values: readonly number[], i: number): number => values[i] ?? 0;

/** 0 of nothing. */
export const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** The first of each two neighbors. */
const pairs = (length: number): number[] => Array.from({ length: length - 1 }, (_, i) => i);
