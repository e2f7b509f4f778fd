import { join } from "node:path";
import { type Callback, nodeRuntime, type TrainingModel } from "../index.js";
import { type ComparisonProgress, compareTechniques } from "../practice/comparison.js";
import { type PracticeData, prepare } from "../practice/data.js";
import type { Language } from "../practice/report/index.js";
import { listRuns, type Run, readRun } from "../practice/run-folder.js";
import { comparisonTable } from "../practice/table.js";
import type { Technique } from "../practice/technique.js";
import { practiceTechniques, techniques } from "../practice/techniques/index.js";
import { reportData, writeReport } from "../practice/write-report.js";
import { type DataFlags, loadImages } from "./data.js";
import { stopOnInterrupt } from "./interrupt.js";

export interface PracticeFlags extends DataFlags {
  readonly only?: readonly Technique[];
  readonly all?: boolean;
  readonly epochs: number;
  readonly seeds: number;
  readonly seed: number;
  readonly batchSize: number;
  readonly out: string;
  readonly lang: Language;
  readonly threads?: number;
}

export type CompareFlags = Pick<PracticeFlags, "data" | "threads" | "out" | "lang">;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs the techniques, prints their comparison, writes the report. */
export async function runPractice(flags: PracticeFlags): Promise<void> {
  const chosen = flags.only ?? (flags.all ? techniques : practiceTechniques);
  const runtime = await runtimeFor(flags);
  const dataset = await loadImages(flags);
  const data = prepare(dataset);
  const interrupt = interruptible();
  const runs = await compareTechniques({
    techniques: chosen,
    seeds: Array.from({ length: flags.seeds }, (_, i) => flags.seed + i),
    epochs: flags.epochs,
    batchSize: flags.batchSize,
    dataset,
    data,
    runtime,
    folder: flags.out,
    verbose: process.stdout.isTTY ? 1 : 2,
    callbacks: [interrupt.callback],
    onProgress: showProgress,
  });
  interrupt.done();
  if (runs.length === 0) say("\nNo technique finished; there is nothing to compare.");
  else await conclude(runs, data, flags);
}

/** Compares runs that finished earlier. */
export async function compareRuns(folders: readonly string[], flags: CompareFlags): Promise<void> {
  const runs = folders.map(readRun);
  const data = prepare(await loadImages(flags));
  await conclude(runs, data, flags);
}

/** Lists the runs under a folder. */
export function showRuns(root: string): void {
  const runs = listRuns(root);
  if (runs.length === 0) say(`There are no runs in ${root}. Make some with trazo practice.`);
  for (const { folder, config, history, result } of runs) {
    const state = result
      ? `val ${percent(result.bestValAccuracy)} (epoch ${result.bestEpoch}), test ${percent(result.test.accuracy)}`
      : "not finished";
    say(
      `${folder}  ${config.technique}, seed ${config.seed}, ${history.length}/${config.epochs} epochs: ${state}`,
    );
  }
}

async function conclude(runs: readonly Run[], data: PracticeData, flags: CompareFlags): Promise<void> {
  const command = `trazo ${process.argv.slice(2).join(" ")}`;
  const compared = await reportData(runs, data, await runtimeFor(flags), command);
  say(`\n${comparisonTable(compared)}\n`);
  const page = await writeReport(compared, flags.out, flags.lang);
  say(`The report: ${page} (open it in a browser); its figures: ${join(flags.out, "figures")}`);
}

const runtimeFor = ({ threads }: Pick<PracticeFlags, "threads">) =>
  nodeRuntime(threads === undefined ? {} : { threads });

function showProgress({
  technique,
  seed,
  run,
  runs,
  epochsDone,
  epochs,
  secondsLeft,
}: ComparisonProgress): void {
  const isNewRun = epochsDone === (run * epochs) / runs;
  const left = secondsLeft === undefined ? "" : `, about ${duration(secondsLeft)} left in all`;
  if (isNewRun) say(`\n${technique}, seed ${seed} (run ${run + 1} of ${runs}${left})`);
  else if (process.stdout.isTTY) say(`${epochsDone} of ${epochs} epochs${left}`);
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** Ctrl-C ends the run that is going on, and with it the comparison. */
function interruptible(): { callback: Callback; done: () => void } {
  let current: ReturnType<typeof stopOnInterrupt> | undefined;
  const done = (): void => current?.done();
  return {
    callback: {
      setModel(model: TrainingModel) {
        done();
        current = stopOnInterrupt(model);
      },
    },
    done,
  };
}
