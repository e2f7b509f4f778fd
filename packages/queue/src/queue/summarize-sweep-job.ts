import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import {
  type PlannedRun,
  type RunResult,
  requestFolder,
  type SweepRow,
  summarizeSweep,
  unmadeResult,
  writeSweepReport,
} from "@trazo/sweep";
import { DelayedError, type Job, type Queue } from "bullmq";
import type { ObjectStore } from "../store/object-store.js";
import { openObjects } from "../store/open-objects.js";
import { findJob } from "./find-job.js";
import { requireSameStore } from "./require-same-store.js";
import { jobIdOf, keptRun, type RunPayload, type SentResult } from "./run-payload.js";
import { plannedRuns, reportFolder, type SweepPayload } from "./sweep-payload.js";
import type { WorkerPlace } from "./worker-place.js";

/** What is known of a sweep when all of its runs are done. */
export interface SweepDone {
  /** What the sweep is called. */
  readonly sweep: string;
  /** Of its runs: finished with a test, and others. */
  readonly finished: number;
  readonly unfinished: number;
  /** Where the report is: a path, or an address in the store. */
  readonly report: string;
}

/** How soon a sweep is looked at again of which another sweep's runs are not done. */
const againMs = 5000;

/** Writes the table and the report of a sweep whose runs are done, into the shared folder or the store. */
export async function summarizeSweepJob(
  job: Job<SweepPayload, SweepDone>,
  token: string | undefined,
  queue: Queue<RunPayload, SentResult>,
  place: Pick<WorkerPlace, "runs" | "store">,
): Promise<SweepDone> {
  const { data: payload } = job;
  const { plan, name, language } = payload;
  const store = place.store === undefined ? undefined : await openObjects(place.store);
  try {
    requireSameStore(payload.store, store?.name);
    const folderOf = ({ request }: PlannedRun): string =>
      store === undefined ? requestFolder(place.runs, request) : `${store.name}/${keptRun(request)}`;
    const runs = plannedRuns(payload);
    const results = await Promise.all(runs.map((run) => resultOf(run, queue, folderOf(run))));
    if (!results.every(isDone)) {
      // A run that two sweeps share ends the waiting of one of them only.
      await job.moveToDelayed(Date.now() + againMs, token);
      throw new DelayedError();
    }
    const rows = runs.map((run, i): SweepRow => ({ ...run, result: results[i] }));
    const summary = summarizeSweep(plan, rows);
    const write = (folder: string): Promise<string> => writeSweepReport(summary, folder, language);
    const report =
      store === undefined
        ? await write(join(place.runs, ...reportFolder(payload).split("/")))
        : await writeToStore(store, reportFolder(payload), write);
    const finished = rows.filter(({ result }) => result?.status === "finished").length;
    return { sweep: name, finished, unfinished: rows.length - finished, report };
  } finally {
    store?.close();
  }
}

const isDone = (result: RunResult | "open" | undefined): result is RunResult | undefined => result !== "open";

/** What came of a run; undefined where the queue does not know it, `open` while it is not done. */
async function resultOf(
  { request }: PlannedRun,
  queue: Queue<RunPayload, SentResult>,
  folder: string,
): Promise<RunResult | "open" | undefined> {
  const { state, found } = await findJob(queue, jobIdOf({ request }));
  if (!found) return undefined;
  if (state === "failed") return unmadeResult(request, folder, "failed", found.failedReason);
  if (state !== "completed") return "open";
  const { model, ...result } = found.returnvalue;
  return { ...result, folder, ...(model && { model: `${folder}/${model}` }) };
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
