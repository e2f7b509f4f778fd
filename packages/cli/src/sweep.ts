import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, extname, join, resolve } from "node:path";
import {
  chooseSharing,
  expandSweep,
  localPool,
  type PlannedRun,
  parseSetting,
  type RunConfiguration,
  type RunPool,
  readSweep,
  runSweep,
  type Sharing,
  type SweepPlan,
  summarizeSweep,
  summaryText,
  writeSweepReport,
} from "@trazo/sweep";
import { version } from "trazo";
import { writeFileAtomically } from "trazo/node";
import { catchInterrupts } from "./interrupt.js";
import { needsQueue } from "./needs-queue.js";
import { commandWithFlag, resumeCommand } from "./own-command.js";
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
}

/**
 * Workers elsewhere make the runs, in this folder where all machines share it, or through a store. The last one writes the report as well, so that
 * it is made even when this process is gone. Successive halving is up to this process: it decides what is trained on.
 */
async function queuePool(
  queue: string,
  { name, plan, runs, folder }: PlannedSweep,
  { queueName, store, retryFailed }: SweepFlags,
  { note }: SweepDisplay,
  { text, language }: Speech,
): Promise<RunPool> {
  const { QueuePool } = await needsQueue(text);
  const onConnection = (isConnected: boolean, reason = ""): void =>
    note(isConnected ? text.worker.connected : text.worker.disconnected(reason));
  const pool = await QueuePool.open({ queue, name: queueName, runs: folder, store, onConnection });
  if (!pool.hasWorkers) {
    const place = store === undefined ? `--runs ${resolve(folder)}` : `--store '${store}'`;
    note(text.sweep.noWorkers(version, pool.place, `--queue ${pool.place} --name ${queueName} ${place}`));
  }
  try {
    if (plan.search.type === "all") {
      const jobs = runs.map(({ request }) => ({ request, retryFailed }));
      await pool.announce({ name, plan, runs, language }, jobs);
    }
    return pool;
  } catch (error) {
    await pool.close();
    throw error;
  }
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Trains every setting of a sweep with every seed, and says which differences are real. */
export async function sweep(file: string, flags: SweepFlags, speech: Speech): Promise<void> {
  const { text, language } = speech;
  const plan = readSweep(file, (flags.set ?? []).map(parseSetting));
  const name = basename(file, extname(file));
  const folder = flags.out ?? join("runs", name);
  if (flags.queue !== undefined) await (await needsQueue(text)).requireQueue(flags.queue);
  await mkdir(folder, { recursive: true });
  const { settings, seeds } = plan;
  const counts = { settings: settings.length, seeds: seeds.length, runs: settings.length * seeds.length };
  say(text.sweep.plan({ ...counts, folder }));
  const [first] = settings;
  if (!first) throw new Error("A sweep has at least one setting.");
  const wanted = { threads: flags.threads ?? plan.threads, parallel: flags.parallel ?? plan.parallel };
  const { parallel, threads } = await sharingFor(first.configuration, wanted, folder, text);
  const runs = await expandSweep(plan, threads);
  const display = sweepDisplay(plan, runs, text.sweep);
  const pool = flags.queue
    ? await queuePool(flags.queue, { name, plan, runs, folder }, flags, display, speech)
    : localPool({ folder, processes: Math.min(parallel, runs.length), saveEvery: flags.saveEvery });
  const interrupts = catchInterrupts({
    ...text,
    training: { ...text.training, stopping: text.sweep.stopping },
  });
  const signal = interrupts.listen();
  const stop = (): void => void pool.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const rows = await runSweep(plan, runs, pool, display, flags);
    display.end();
    const summary = summarizeSweep(plan, rows);
    if (signal.aborted) {
      say(`\n${text.sweep.interrupted}\n${text.training.toContinue(resumeCommand())}`);
      process.exitCode = interrupts.exitCode;
      return;
    }
    const page = await writeSweepReport(summary, folder, language);
    say(`\n${summaryText(summary, language)}\n\n${text.sweep.report(page, join(folder, "runs.csv"))}`);
    const failed = rows.filter(({ result }) => result?.status === "failed").length;
    if (failed > 0) {
      say(text.sweep.toRetry(failed, commandWithFlag("--retry-failed")));
      process.exitCode = 1;
    }
  } finally {
    display.end();
    interrupts.done();
    await pool.close();
  }
}

/** Kept in the sweep's folder: a run's bits depend on its threads, so a sweep that resumes keeps them. */
const sharingFile = "sweep.json";

/**
 * How the processors are shared among runs: as wanted, as kept in the folder, or as measured now.
 *
 * @param configuration of a run that is like the others
 */
export async function sharingFor(
  configuration: RunConfiguration,
  { threads, parallel }: { readonly threads?: number | undefined; readonly parallel?: number | undefined },
  folder: string,
  { sweep: text }: CliText,
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
  const chosen = await chooseSharing(configuration, cores);
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
