import type { RunEvent, RunPool } from "../pool/run-pool.js";
import type { RunResult } from "../run/run-result.js";
import type { PlannedRun } from "./expand.js";
import { Halving, rungsOf } from "./halving.js";
import { isLargerBetter, measured } from "./measure.js";
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
  const make = async (run: PlannedRun, until?: number): Promise<RunResult> => {
    const result = await pool.run({ request: run.request, until, retryFailed }, (event) =>
      listener.onEvent?.(run, event),
    );
    results.set(run.index, result);
    listener.onResult?.(run, result);
    return result;
  };
  if (plan.search.type === "all") await Promise.all(longestFirst(runs).map((run) => make(run)));
  else await halve(plan, runs, pool, make);
  return runs.map((run) => ({ ...run, result: results.get(run.index) }));
}

/** So that the last runs are short, and no processor is idle for long at the end. */
const longestFirst = (runs: readonly PlannedRun[]): PlannedRun[] =>
  runs.toSorted((a, b) => b.request.configuration.epochs - a.request.configuration.epochs);

async function halve(
  plan: SweepPlan,
  runs: readonly PlannedRun[],
  pool: RunPool,
  make: (run: PlannedRun, until?: number) => Promise<RunResult>,
): Promise<void> {
  const { search, settings, measure } = plan;
  if (search.type !== "asha") return;
  const [first] = settings;
  const epochs = first?.configuration.epochs ?? 1;
  const rungs = rungsOf(search.minEpochs, search.factor, epochs);
  const largerIsBetter = isLargerBetter(measure);
  const halving = new Halving(settings.length, rungs, search.factor, (a, b) =>
    largerIsBetter ? a > b : a < b,
  );
  let isInterrupted = false;
  const climb = async ({ setting, rung }: { setting: number; rung: number }): Promise<void> => {
    const until = rungs[rung] as number;
    const own = runs.filter((run) => run.setting === settings[setting]);
    const results = await Promise.all(own.map((run) => make(run, until)));
    if (results.some(({ status }) => status === "interrupted")) isInterrupted = true;
    const values = results.map((result) => measured(result, measure, until));
    const isWhole = values.every((value) => value !== undefined);
    const value = isWhole ? values.reduce((sum, one) => sum + one, 0) / values.length : undefined;
    halving.report(rung, { setting, value });
  };
  const atOnce = Math.max(1, Math.ceil(pool.capacity / plan.seeds.length));
  const working = new Set<Promise<void>>();
  for (;;) {
    const next = working.size < atOnce && !isInterrupted ? halving.next() : undefined;
    if (next) {
      const work: Promise<void> = climb(next).finally(() => working.delete(work));
      working.add(work);
    } else if (working.size > 0) await Promise.race(working);
    else return;
  }
}
