import {
  type Comparison,
  compareSettings,
  describeSample,
  type Measured,
  type Sample,
} from "@trazo/practice";
import type { Reason } from "../failures/reason.js";
import { isLargerBetter, measured } from "./measure.js";
import type { SweepRow } from "./run-sweep.js";
import type { SweepPlan, SweepSetting } from "./sweep-plan.js";

/** What the runs of a setting say of it. */
export interface SettingSummary {
  readonly setting: SweepSetting;
  /** Its runs, one a seed. */
  readonly rows: readonly SweepRow[];
  /** Runs that were trained to the end. */
  readonly finished: number;
  /** Of what settings are compared by, over the finished runs; absent where none is. */
  readonly sample?: Sample | undefined;
  /** Of the test's accuracy, or else its loss. */
  readonly test?: Sample | undefined;
  /** Why runs failed, each reason once. */
  readonly failures: readonly Reason[];
}

export interface SweepSummary {
  readonly plan: SweepPlan;
  /** The best first; those without a finished run last. */
  readonly settings: readonly SettingSummary[];
  /** Between settings with finished runs, in the order of `settings`. */
  readonly comparisons: readonly Comparison[];
}

/** What a sweep has shown so far. */
export function summarizeSweep(plan: SweepPlan, rows: readonly SweepRow[]): SweepSummary {
  const sign = isLargerBetter(plan.measure) ? -1 : 1;
  const meanOf = ({ sample }: SettingSummary): number =>
    sample ? sign * sample.mean : Number.POSITIVE_INFINITY;
  const settings = plan.settings
    .map((setting) =>
      summarizeSetting(
        setting,
        rows.filter((row) => row.setting.name === setting.name),
        plan.measure,
      ),
    )
    .sort((a, b) => meanOf(a) - meanOf(b) || 0);
  return { plan, settings, comparisons: compareSettings(settings.flatMap(measuredOf(plan)), plan.reference) };
}

const measuredOf =
  ({ measure }: SweepPlan) =>
  ({ setting, rows, finished }: SettingSummary): Measured[] =>
    finished === 0 ? [] : [{ name: setting.name, bySeed: new Map(pairsOf(rows, measure)) }];

const pairsOf = (rows: readonly SweepRow[], measure: string): [seed: number, value: number][] =>
  rows.flatMap(({ seed, result }) => {
    const value = result?.status === "finished" ? measured(result, measure) : undefined;
    return value === undefined ? [] : [[seed, value]];
  });

function summarizeSetting(setting: SweepSetting, rows: readonly SweepRow[], measure: string): SettingSummary {
  const finished = rows.filter(({ result }) => result?.status === "finished");
  const tests = finished.flatMap(({ result }) => result?.test?.accuracy ?? result?.test?.loss ?? []);
  const values = pairsOf(rows, measure).map(([, value]) => value);
  return {
    setting,
    rows,
    finished: finished.length,
    sample: values.length > 0 ? describeSample(values) : undefined,
    test: tests.length > 0 ? describeSample(tests) : undefined,
    failures: failuresOf(rows),
  };
}

function failuresOf(rows: readonly SweepRow[]): Reason[] {
  const known = new Map<string, Reason>();
  for (const { result } of rows) {
    if (result?.reason === undefined) continue;
    const { reason, reasons } = result;
    known.set(reason, { reason, reasons });
  }
  return [...known.values()];
}
