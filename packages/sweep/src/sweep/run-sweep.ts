import type { RunEvent, RunJob, RunPool } from "../pool/run-pool.js";
import type { RunResult } from "../run/run-result.js";
import type { PlannedRun } from "./expand.js";
import { Halving, type HalvingStep, valueAt } from "./halving.js";
import type { SweepPlan } from "./sweep-plan.js";

/** A run of a sweep and what came of it; a run that never began has no result. */
export interface SweepRow extends PlannedRun {
  readonly result: RunResult | undefined;
}

export interface SweepListener {
  /** Something happened to a run. */
  onEvent?(run: PlannedRun, event: RunEvent): void;
  /** A run has ended, or has come as far as it was asked to. */
  onResult?(run: PlannedRun, result: RunResult): void;
}

export interface RunSweepOptions {
  /** Try runs again that failed before. Default false: why they failed is told again. */
  readonly retryFailed?: boolean | undefined;
}

/**
 * Makes a sweep's runs in a pool. Runs that were made before are only read, so a sweep that was interrupted resumes when it is run again.
 * Nor are runs that failed tried again, unless the options say so.
 *
 * @param runs as `expandSweep` gives them
 * @returns a row for each run, in their order
 * @throws TrazoError when the pool cannot make runs
 */
export async function runSweep(
  plan: SweepPlan,
  runs: readonly PlannedRun[],
  pool: RunPool,
  listener: SweepListener = {},
  { retryFailed }: RunSweepOptions = {},
): Promise<SweepRow[]> {
  const results = new Map<number, RunResult>();
  const make = async (run: PlannedRun, step?: HalvingStep): Promise<RunResult> => {
    const result = await pool.run(jobOf(run, step, retryFailed), (event) => listener.onEvent?.(run, event));
    results.set(run.index, result);
    listener.onResult?.(run, result);
    return result;
  };
  if (plan.search.type === "all") await Promise.all(longestFirst(runs).map((run) => make(run)));
  else await halve(plan, runs, make);
  return runs.map((run) => ({ ...run, result: results.get(run.index) }));
}

/** What a pool is asked for: a run to its end, or as far as a step of successive halving wants it. */
export const jobOf = (
  { request }: PlannedRun,
  step: HalvingStep | undefined,
  retryFailed: boolean | undefined,
): RunJob => ({
  request,
  retryFailed,
  ...(step && { until: step.epochs, first: step.rung > 0 }),
});

/** What a pool is asked for when a sweep begins: every run to its end, or, of successive halving, up to the first rung. */
export function firstJobs(
  plan: SweepPlan,
  runs: readonly PlannedRun[],
  { retryFailed }: RunSweepOptions = {},
): RunJob[] {
  const step = plan.search.type === "asha" ? new Halving(plan).next() : undefined;
  return runs.map((run) => jobOf(run, step, retryFailed));
}

/** So that the last runs are short, and no processor is idle for long at the end. */
const longestFirst = (runs: readonly PlannedRun[]): PlannedRun[] =>
  runs.toSorted((a, b) => b.request.configuration.epochs - a.request.configuration.epochs);

async function halve(
  plan: SweepPlan,
  runs: readonly PlannedRun[],
  make: (run: PlannedRun, step: HalvingStep) => Promise<RunResult>,
): Promise<void> {
  const halving = new Halving(plan);
  const bySetting = runsBySetting(plan, runs);
  const climb = async (step: HalvingStep): Promise<void> => {
    const results = await Promise.all((bySetting[step.setting] ?? []).map((run) => make(run, step)));
    if (results.some(({ status }) => status === "interrupted")) return;
    halving.report(step, valueAt(step, plan, results));
    await begin();
  };
  // The pool makes those of higher rungs first.
  const begin = async (): Promise<void> => {
    const steps: Promise<void>[] = [];
    for (let step = halving.next(); step; step = halving.next()) steps.push(climb(step));
    await Promise.all(steps);
  };
  await begin();
}

/** The runs of each setting, one a seed. */
export function runsBySetting({ settings }: SweepPlan, runs: readonly PlannedRun[]): PlannedRun[][] {
  const places = new Map(settings.map(({ name }, place) => [name, place]));
  const bySetting: PlannedRun[][] = settings.map(() => []);
  for (const run of runs) bySetting[places.get(run.setting.name) as number]?.push(run);
  return bySetting;
}
