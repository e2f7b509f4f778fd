import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, extname, join } from "node:path";
import {
  alignedTable,
  chooseSharing,
  comparisonsTable,
  expandSweep,
  localPool,
  parseSetting,
  type RunConfiguration,
  type RunPool,
  readSweep,
  runSweep,
  type Sharing,
  type SweepSummary,
  settingsTable,
  summarizeSweep,
  writeSweepReport,
} from "@trazo/sweep";
import { writeFileAtomically } from "trazo/node";
import { catchInterrupts } from "./interrupt.js";
import { needsQueue } from "./needs-queue.js";
import { resumeCommand } from "./own-command.js";
import type { Speech } from "./speech.js";
import { sweepDisplay } from "./sweep-display.js";
import type { CliText } from "./text/index.js";

export interface SweepFlags {
  readonly set?: readonly string[];
  readonly out?: string;
  readonly parallel?: number;
  readonly threads?: number;
  readonly saveEvery?: number;
  /** Of a server whose workers make the runs, instead of this machine. */
  readonly queue?: string;
  readonly queueName?: string;
  readonly store?: string;
}

/** Workers elsewhere make the runs, in this folder where all machines share it, or through a store. */
async function queuePool(
  queue: string,
  runs: string,
  { queueName, store }: SweepFlags,
  text: CliText,
): Promise<RunPool> {
  const { QueuePool } = await needsQueue(text);
  return await QueuePool.open({ queue, name: queueName, runs, store });
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Trains every setting of a sweep with every seed, and says which differences are real. */
export async function sweep(file: string, flags: SweepFlags, { text, language }: Speech): Promise<void> {
  const plan = readSweep(file, (flags.set ?? []).map(parseSetting));
  const folder = flags.out ?? join("runs", basename(file, extname(file)));
  await mkdir(folder, { recursive: true });
  const { settings, seeds } = plan;
  const counts = { settings: settings.length, seeds: seeds.length, runs: settings.length * seeds.length };
  say(text.sweep.plan({ ...counts, folder }));
  const [first] = settings;
  if (!first) throw new Error("A sweep has at least one setting.");
  const wanted = { threads: flags.threads ?? plan.threads, parallel: flags.parallel ?? plan.parallel };
  const { parallel, threads } = await sharingFor(first.configuration, wanted, folder, text);
  const runs = await expandSweep(plan, threads);
  const pool = flags.queue
    ? await queuePool(flags.queue, folder, flags, text)
    : localPool({ folder, processes: Math.min(parallel, runs.length), saveEvery: flags.saveEvery });
  const interrupts = catchInterrupts({
    ...text,
    training: { ...text.training, stopping: text.sweep.stopping },
  });
  const signal = interrupts.listen();
  const stop = (): void => void pool.close();
  signal.addEventListener("abort", stop, { once: true });
  const display = sweepDisplay(plan, runs, text.sweep);
  try {
    const rows = await runSweep(plan, runs, pool, display);
    display.end();
    const summary = summarizeSweep(plan, rows);
    if (signal.aborted) {
      say(`\n${text.sweep.interrupted}\n${text.training.toContinue(resumeCommand())}`);
      process.exitCode = interrupts.exitCode;
      return;
    }
    const page = await writeSweepReport(summary, folder, language);
    say(`\n${tables(summary, language)}\n\n${text.sweep.report(page, join(folder, "runs.csv"))}`);
    if (rows.some(({ result }) => result?.status === "failed")) process.exitCode = 1;
  } finally {
    display.end();
    interrupts.done();
    await pool.close();
  }
}

function tables(summary: SweepSummary, language: Speech["language"]): string {
  const { comparisons } = summary;
  const failures = summary.settings.flatMap(({ setting, failures }) =>
    failures.map((reason) => `${setting.name}: ${reason}`),
  );
  const compared = comparisons.some(({ p }) => p !== undefined)
    ? [alignedTable(comparisonsTable(comparisons, language))]
    : [];
  return [
    alignedTable(settingsTable(summary, language)),
    ...compared,
    ...(failures.length > 0 ? [failures.join("\n")] : []),
  ].join("\n\n");
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
  say(text.measuring);
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
