import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import {
  type PlannedRun,
  type RunJob,
  type RunResult,
  requestFolder,
  type SweepRow,
  summarizeSweep,
  writeSweepReport,
} from "@trazo/sweep";
import { DelayedError, ErrorCode, type Job, type Queue, WaitingChildrenError } from "bullmq";
import type { ObjectStore } from "../store/object-store.js";
import { openObjects } from "../store/open-objects.js";
import { findJob } from "./find-job.js";
import { runJobOptions } from "./job-options.js";
import { requireSameStore } from "./require-same-store.js";
import {
  isStopped,
  jobIdOf,
  jobName,
  keptRun,
  type RunPayload,
  runPayload,
  type SentResult,
} from "./run-payload.js";
import { plannedRuns, reportFolder, type SweepPayload } from "./sweep-payload.js";
import { isToRetry, sweepResults } from "./sweep-results.js";
import type { WorkerPlace } from "./worker-place.js";

/** What is known of a sweep when all of its runs are done. */
export interface SweepDone {
  /** What the sweep is called. */
  readonly sweep: string;
  /** Of its runs: finished with a test. */
  readonly finished: number;
  /** Trained as far as successive halving wanted. */
  readonly paused: number;
  /** The others: those that failed. */
  readonly unfinished: number;
  /** Where the report is: a path, or an address in the store. */
  readonly report: string;
}

/** How soon a sweep is looked at again of which another sweep's runs are not done. */
const againMs = 5000;

/**
 * Writes the table and the report of a sweep whose runs are done, into the shared folder or the store. While they are not, it sees to it that
 * they are made, and waits.
 */
export async function summarizeSweepJob(
  job: Job<SweepPayload, SweepDone>,
  token: string | undefined,
  queue: Queue<RunPayload, SentResult>,
  place: Pick<WorkerPlace, "runs" | "store">,
): Promise<SweepDone> {
  const { data: payload } = job;
  const { plan, name, language, retryFailed } = payload;
  const store = place.store === undefined ? undefined : await openObjects(place.store);
  try {
    requireSameStore(payload.store, store?.name);
    const folderOf = ({ request }: PlannedRun): string =>
      store === undefined ? requestFolder(place.runs, request) : `${store.name}/${keptRun(request)}`;
    const runs = plannedRuns(payload);
    const { results, open } = await sweepResults(plan, runs, queue, folderOf, retryFailed);
    if (open.length > 0) return await waitFor(open, job, token, queue, store?.name);
    const rows = runs.map((run, i): SweepRow => ({ ...run, result: results[i] }));
    const summary = summarizeSweep(plan, rows);
    const write = (folder: string): Promise<string> => writeSweepReport(summary, folder, language);
    const report =
      store === undefined
        ? await write(join(place.runs, ...reportFolder(payload).split("/")))
        : await writeToStore(store, reportFolder(payload), write);
    const count = (status: RunResult["status"]): number =>
      rows.filter(({ result }) => result?.status === status).length;
    const [finished, paused] = [count("finished"), count("paused")];
    return { sweep: name, finished, paused, unfinished: rows.length - finished - paused, report };
  } finally {
    store?.close();
  }
}

/**
 * Ends this turn of a summary's job, which goes on when runs are done: they are its children. Those that nobody has asked for yet are.
 *
 * @throws WaitingChildrenError or DelayedError, as BullMQ wants it
 */
async function waitFor(
  open: readonly RunJob[],
  job: Job<SweepPayload, SweepDone>,
  token: string | undefined,
  queue: Queue<RunPayload, SentResult>,
  store: string | undefined,
): Promise<never> {
  if (job.id === undefined || token === undefined) throw new Error("Jobs at work have names and tokens.");
  const parent = { id: job.id, queue: job.queueQualifiedName };
  for (const run of open) {
    const { state, found } = await findJob(queue, jobIdOf(run));
    if (found && (isStopped(found.returnvalue) || isToRetry(found, state, run))) await found.remove();
    const opts = { ...runJobOptions(run), parent };
    await queue.add(jobName(run), runPayload(run, store), opts).catch(letOthersHaveIt);
  }
  if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
  // They are all another sweep's, which alone is told of their end, or have ended in this moment.
  await job.moveToDelayed(Date.now() + againMs, token);
  throw new DelayedError();
}

/** A run has one parent. */
function letOthersHaveIt(error: Error & { readonly code?: unknown }): void {
  if (error.code !== ErrorCode.ParentJobCannotBeReplaced) throw error;
}

/** Everything that is written, as objects of their own names, which any browser of the store shows. */
async function writeToStore(
  objects: ObjectStore,
  key: string,
  write: (folder: string) => Promise<string>,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "trazo-sweep-"));
  try {
    const page = await write(folder);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      const path = join(entry.parentPath, entry.name);
      await objects.put(`${key}/${below(folder, path)}`, await readFile(path));
    }
    return `${objects.name}/${key}/${below(folder, page)}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const below = (folder: string, path: string): string => relative(folder, path).split(sep).join("/");
