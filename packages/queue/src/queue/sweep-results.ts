import {
  Halving,
  type HalvingStep,
  jobOf,
  type PlannedRun,
  type RunJob,
  type RunResult,
  runsBySetting,
  type SweepPlan,
  unmadeResult,
  valueAt,
} from "@trazo/sweep";
import type { Job, Queue } from "bullmq";
import { findJob } from "./find-job.js";
import { isStopped, jobIdOf, type RunPayload, type SentResult } from "./run-payload.js";

/** What has come of a sweep so far. */
export interface SweepResults {
  /** Of each run, in their order: how far it came. */
  readonly results: readonly (RunResult | undefined)[];
  /** What the sweep still waits for; of successive halving only what is known by now. */
  readonly open: readonly RunJob[];
}

/**
 * What has come of a sweep's runs, by the queue. Of successive halving it follows from that which runs are trained further, so that whoever
 * asks finds the same.
 *
 * @param folderOf where a run lies
 * @param retryFailed whether runs count as not done that failed before the sweep asked for another try
 */
export async function sweepResults(
  plan: SweepPlan,
  runs: readonly PlannedRun[],
  queue: Queue<RunPayload, SentResult>,
  folderOf: (run: PlannedRun) => string,
  retryFailed?: boolean,
): Promise<SweepResults> {
  const results: (RunResult | undefined)[] = runs.map(() => undefined);
  const open: RunJob[] = [];
  /** @returns the runs' results, or undefined while one of them is not done */
  const look = async (some: readonly PlannedRun[], step?: HalvingStep): Promise<RunResult[] | undefined> => {
    const found = await Promise.all(
      some.map(async (run) => {
        const job = jobOf(run, step, retryFailed);
        const result = await resultOf(job, queue, folderOf(run));
        if (result) results[run.index] = result;
        else open.push(job);
        return result ?? [];
      }),
    );
    const done = found.flat();
    return done.length === some.length ? done : undefined;
  };
  if (plan.search.type === "all") await look(runs);
  else {
    const halving = new Halving(plan);
    const bySetting = runsBySetting(plan, runs);
    for (let step = halving.next(); step; step = halving.next()) {
      const done = await look(bySetting[step.setting] ?? [], step);
      if (done) halving.report(step, valueAt(step, plan, done));
    }
  }
  return { results, open };
}

/** What came of a run; undefined while it is not done, or when it was stopped. */
async function resultOf(
  job: RunJob,
  queue: Queue<RunPayload, SentResult>,
  folder: string,
): Promise<RunResult | undefined> {
  const { state, found } = await findJob(queue, jobIdOf(job));
  if (found && isToRetry(found, state, job)) return undefined;
  if (found && state === "failed")
    return unmadeResult(job.request, folder, "failed", { reason: found.failedReason });
  if (!found || state !== "completed" || isStopped(found.returnvalue)) return undefined;
  const { model, ...result } = found.returnvalue;
  return { ...result, folder, ...(model && { model: `${folder}/${model}` }) };
}

/** Whether a run failed before anybody asked for another try, and this sweep does. */
export function isToRetry(
  found: Job<RunPayload, SentResult>,
  state: string,
  { retryFailed }: RunJob,
): boolean {
  if (!retryFailed || found.data.retryFailed) return false;
  return state === "failed" || (state === "completed" && found.returnvalue.status === "failed");
}
