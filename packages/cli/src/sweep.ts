import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, extname, join, resolve } from "node:path";
import type { QueuePool } from "@trazo/queue";
import {
  chooseSharing,
  expandSweep,
  firstJobs,
  localPool,
  type PlannedRun,
  parseSetting,
  type Reason,
  type RunConfiguration,
  type RunPool,
  readSweep,
  reasonIn,
  runSweep,
  type Sharing,
  type SweepPlan,
  type SweepRow,
  summarizeSweep,
  summaryText,
  usePool,
  writeSweepReport,
} from "@trazo/sweep";
import { version } from "trazo";
import { writeFileAtomically } from "trazo/node";
import { catchInterrupts } from "./interrupt.js";
import { leave } from "./leave.js";
import { needsQueue } from "./needs-queue.js";
import { commandWithFlag, resumeCommand } from "./own-command.js";
import { requireWritable } from "./require-writable.js";
import type { Speech } from "./speech.js";
import { type SweepDisplay, sweepDisplay } from "./sweep-display.js";
import type { CliText } from "./text/index.js";

export interface SweepFlags {
  readonly set?: readonly string[];
  readonly out?: string;
  readonly parallel?: number;
  readonly threads?: number;
  readonly saveEvery?: number;
  readonly retryFailed?: boolean;
  /** Of a server whose workers make the runs, instead of this machine. */
  readonly queue?: string;
  readonly queueName?: string;
  readonly store?: string;
}

interface PlannedSweep {
  /** What people call it. */
  readonly name: string;
  readonly plan: SweepPlan;
  readonly runs: readonly PlannedRun[];
  /** The folder of the runs and of the report. */
  readonly folder: string;
  readonly pool: RunPool | QueuePool;
  readonly display: SweepDisplay;
}

/**
 * Workers elsewhere make the runs, in this folder where all machines share it, or through a store. They write the report as well, so that it is
 * made even when this process is gone.
 */
async function openQueue(
  queue: string,
  folder: string,
  { queueName, store }: SweepFlags,
  note: (line: string) => void,
  { text, language }: Speech,
): Promise<QueuePool> {
  const { QueuePool } = await needsQueue(text);
  const onConnection = (isConnected: boolean, reason: Partial<Reason> = {}): void =>
    note(isConnected ? text.worker.connected : text.worker.disconnected(reasonIn(reason, language)));
  const pool = await QueuePool.open({ queue, name: queueName, runs: folder, store, onConnection });
  if (!pool.hasWorkers) {
    const place = store === undefined ? `--runs ${resolve(folder)}` : `--store '${store}'`;
    note(text.sweep.noWorkers(version, pool.place, `--queue ${pool.place} --name ${queueName} ${place}`));
  }
  return pool;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Trains every setting of a sweep with every seed, and says which differences are real. */
export async function sweep(file: string, flags: SweepFlags, speech: Speech): Promise<void> {
  const { text } = speech;
  const plan = readSweep(file, (flags.set ?? []).map(parseSetting));
  const name = basename(file, extname(file));
  const folder = flags.out ?? join("runs", name);
  let isTraining = false;
  const interrupts = catchInterrupts({
    ...text,
    training: {
      ...text.training,
      get stopping() {
        return isTraining ? text.sweep.stopping : text.sweep.stoppingEarly;
      },
    },
  });
  const signal = interrupts.listen();
  try {
    const planned = await orAborted(signal, prepare({ name, plan, folder }, flags, signal, speech));
    isTraining = true;
    const rows = planned && (await make(planned, flags, signal, speech));
    if (rows && !signal.aborted) return await conclude(rows, planned, speech);
    say(`\n${text.sweep.interrupted}\n${text.training.toContinue(resumeCommand())}`);
    process.exitCode = interrupts.exitCode;
    leave();
  } finally {
    interrupts.done();
  }
}

/** What a promise gives; undefined, without waiting for it, once the signal says so. */
function orAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T | undefined> {
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  return Promise.race([promise, aborted]);
}

/** Finds out how the runs are to be made, and who makes them. */
async function prepare(
  { name, plan, folder }: Pick<PlannedSweep, "name" | "plan" | "folder">,
  flags: SweepFlags,
  signal: AbortSignal,
  speech: Speech,
): Promise<PlannedSweep> {
  const { text } = speech;
  const { queue } = flags;
  if (queue !== undefined) await (await needsQueue(text)).requireQueue(queue);
  await requireWritable(folder, text);
  const { settings, seeds } = plan;
  const counts = { settings: settings.length, seeds: seeds.length, runs: settings.length * seeds.length };
  say(text.sweep.plan({ ...counts, folder }));
  const [first] = settings;
  if (!first) throw new Error("A sweep has at least one setting.");
  const wanted = { threads: flags.threads ?? plan.threads, parallel: flags.parallel ?? plan.parallel };
  const { parallel, threads } = await sharingFor(first.configuration, wanted, folder, text, signal);
  const processes = Math.min(parallel, counts.runs);
  let display: SweepDisplay | undefined;
  const note = (line: string): void => (display ? display.note(line) : say(line));
  const pool = queue
    ? await openQueue(queue, folder, flags, note, speech)
    : localPool({ folder, processes, saveEvery: flags.saveEvery });
  try {
    const runs = await expandSweep(plan, threads);
    display = sweepDisplay(plan, runs, speech, { signal });
    return { name, plan, runs, folder, pool, display };
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/** @returns undefined when it was interrupted before a run was asked for */
async function make(
  { name, plan, runs, pool, display }: PlannedSweep,
  flags: SweepFlags,
  signal: AbortSignal,
  { language }: Speech,
): Promise<SweepRow[] | undefined> {
  return await usePool(pool, signal, async () => {
    try {
      if ("announce" in pool) {
        const { retryFailed } = flags;
        const announced = { name, plan, runs, language, retryFailed };
        const announcing = pool.announce(announced, firstJobs(plan, runs, flags));
        await orAborted(signal, announcing);
        if (signal.aborted) return undefined;
      }
      return await runSweep(plan, runs, pool, display, flags);
    } finally {
      display.end();
    }
  });
}

async function conclude(
  rows: readonly SweepRow[],
  { plan, folder }: PlannedSweep,
  { text, language }: Speech,
): Promise<void> {
  const summary = summarizeSweep(plan, rows);
  const page = await writeSweepReport(summary, folder, language);
  say(
    `\n${summaryText(summary, language, process.stdout.columns)}\n\n${text.sweep.report(page, join(folder, "runs.csv"))}`,
  );
  const failed = rows.filter(({ result }) => result?.status === "failed").length;
  if (failed > 0) {
    say(text.sweep.toRetry(failed, commandWithFlag("--retry-failed")));
    process.exitCode = 1;
  }
}

/** Kept in the sweep's folder: a run's bits depend on its threads, so a sweep that resumes keeps them. */
const sharingFile = "sweep.json";

/**
 * How the processors are shared among runs: as wanted, as kept in the folder, or as measured now.
 *
 * @param configuration of a run that is like the others
 * @param signal ends the measuring; what is returned is then of no use
 */
export async function sharingFor(
  configuration: RunConfiguration,
  { threads, parallel }: { readonly threads?: number | undefined; readonly parallel?: number | undefined },
  folder: string,
  { sweep: text }: CliText,
  signal: AbortSignal,
): Promise<Sharing> {
  const cores = availableParallelism();
  if (threads !== undefined || parallel !== undefined) {
    return {
      threads: threads ?? Math.max(1, Math.floor(cores / (parallel as number))),
      parallel: parallel ?? Math.max(1, Math.floor(cores / (threads as number))),
    };
  }
  const path = join(folder, sharingFile);
  const kept = readSharing(path);
  if (kept) return kept;
  // Of pictures nothing is measured.
  if (!configuration.data.isPictures) say(text.measuring);
  const chosen = await chooseSharing(configuration, cores, signal);
  if (signal.aborted) return chosen;
  await writeFileAtomically(path, `${JSON.stringify(chosen, null, 2)}\n`);
  say(text.sharing({ ...chosen, images: chosen.imagesPerSecond?.toFixed(0) }));
  return chosen;
}

function readSharing(path: string): Sharing | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const { threads, parallel } = JSON.parse(readFileSync(path, "utf8")) as Partial<Sharing>;
    return Number.isSafeInteger(threads) && Number.isSafeInteger(parallel)
      ? { threads: threads as number, parallel: parallel as number }
      : undefined;
  } catch {
    // Damaged: measured again.
    return undefined;
  }
}
