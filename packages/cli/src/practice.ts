import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Language, Technique } from "@trazo/practice";
import {
  bestEpochOf,
  bestLine,
  type ComparisonProgress,
  compareTechniques,
  comparisonTable,
  environmentOf,
  listRuns,
  type PracticeData,
  practiceTechniques,
  prepare,
  type Run,
  readRun,
  reportData,
  techniques,
  writeReport,
} from "@trazo/practice";
import { nodeRuntime, TrainingInterrupted, TrazoError } from "trazo";
import { type DataFlags, loadImages } from "./data.js";
import { catchInterrupts, type Interrupts } from "./interrupt.js";
import { lengthening, type NextStep, nextSteps } from "./next-steps.js";
import { givenOptions, ownCommand, resumeCommand } from "./own-command.js";
import { percent } from "./percent.js";

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
  readonly fresh?: boolean;
  readonly saveEvery?: number;
}

export type CompareFlags = Pick<PracticeFlags, "data" | "threads" | "out" | "lang">;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs the techniques, prints their comparison, writes the report. */
export async function runPractice(flags: PracticeFlags): Promise<void> {
  const interrupts = catchInterrupts();
  try {
    const { runs, data } = await trainAll(flags, interrupts);
    interrupts.done();
    await conclude(runs, data, flags, [...lengthening(runs), exercise(true)]);
  } catch (error) {
    if (!(error instanceof TrainingInterrupted)) throw error;
    say(`${error.message}\nTo continue: npx ${resumeCommand()}`);
    process.exitCode = interrupts.exitCode;
  } finally {
    interrupts.done();
  }
}

async function trainAll(
  flags: PracticeFlags,
  interrupts: Interrupts,
): Promise<{ runs: readonly Run[]; data: PracticeData }> {
  const data = prepare(await loadImages(flags));
  const runs = await compareTechniques({
    techniques: flags.only ?? (flags.all ? techniques : practiceTechniques),
    seeds: Array.from({ length: flags.seeds }, (_, i) => flags.seed + i),
    epochs: flags.epochs,
    batchSize: flags.batchSize,
    data,
    runtime: await runtimeFor(flags),
    folder: flags.out,
    verbose: process.stdout.isTTY ? 1 : 2,
    signal: () => interrupts.listen(),
    saveEvery: flags.saveEvery,
    fresh: flags.fresh,
    onProgress: showProgress,
    onRun: showRun,
  });
  return { runs, data };
}

/** Compares runs that finished earlier. */
export async function compareRuns(folders: readonly string[], flags: CompareFlags): Promise<void> {
  const runs = folders.map(readRun);
  const data = prepare(await loadImages(flags));
  await conclude(runs, data, flags, [exercise(false)]);
}

/**
 * Lists the runs under a folder. One that cannot be read is reported, and the others still shown.
 *
 * @param given the folder. Default: where runs are put
 * @throws TrazoError when there is no such folder
 */
export function showRuns(given?: string): void {
  const root = given ?? "runs";
  if (given !== undefined && !existsSync(given)) throw new TrazoError(`No such folder: ${given}.`);
  const { runs, unreadable } = listRuns(root);
  if (runs.length + unreadable.length === 0) {
    say(`There are no runs in ${root}. Make some with trazo practice or trazo train.`);
  }
  for (const run of runs) {
    const { folder, config, history } = run;
    say(
      `${folder}  ${config.technique}, seed ${config.seed}, ${history.length}/${config.epochs} epochs: ${outcome(run)}`,
    );
  }
  for (const reason of unreadable) {
    process.stderr.write(`trazo: ${reason}\n`);
    process.exitCode = 1;
  }
}

function outcome(run: Run): string {
  const best = bestEpochOf(run);
  if (!run.result || !best) return "not finished; run the same command again to resume";
  const figure = (name: string, value: number): string =>
    name === "accuracy" ? percent(value) : `${name} ${value.toFixed(4)}`;
  const name = best.monitor.replace("val_", "");
  const test = run.result.test[name];
  return `val ${figure(name, best.value)} (epoch ${best.epoch})${test === undefined ? "" : `, test ${figure(name, test)}`}`;
}

/** @param steps what could come next, besides what a model is good for */
async function conclude(
  runs: readonly Run[],
  data: PracticeData,
  flags: CompareFlags,
  steps: readonly NextStep[],
): Promise<void> {
  say("");
  const compared = await reportData(runs, data, await runtimeFor(flags), ownCommand(), ({ folder }, place) =>
    say(`Trying the best model of ${folder} on the test images (${place + 1} of ${runs.length})`),
  );
  say(`\n${comparisonTable(compared)}\n`);
  say("Writing the report ...");
  const page = await writeReport(compared, flags.out, flags.lang);
  say(`The report: ${page} (open it in a browser); its figures: ${join(flags.out, "figures")}`);
  const { machines, software } = environmentOf(runs);
  if (machines.length + software.length > 2) {
    say(`Note: the runs used different machines or software:\n  ${[...machines, ...software].join("\n  ")}`);
  }
  say(nextSteps(bestOf(runs), steps));
}

/** The run with the best validation accuracy. */
function bestOf(runs: readonly Run[]): Run {
  const accuracyOf = (run: Run): number => bestEpochOf(run)?.value ?? 0;
  return runs.reduce((a, b) => (accuracyOf(b) > accuracyOf(a) ? b : a));
}

/** With the options that the practice has, among those of the command that is running. */
function exercise(isPractice: boolean): NextStep {
  const shared = ["--data", "--lang", "--threads"];
  const own = ["--epochs", "--batch-size", "--seed", "--seeds", "--out"];
  const options = givenOptions(...shared, ...(isPractice ? own : []));
  return {
    args: ["practice", "--only", "mlp,best", ...options],
    purpose: "the exercise: the bar, and an answer to it",
  };
}

const runtimeFor = ({ threads }: Pick<PracticeFlags, "threads">) =>
  nodeRuntime(threads === undefined ? {} : { threads });

function showProgress(progress: ComparisonProgress): void {
  const { event, technique, seed, run, runs, epochsDone, epochs, secondsLeft } = progress;
  const left = secondsLeft === undefined ? "" : `, about ${duration(secondsLeft)} left in all`;
  const heading = `\n${technique}, seed ${seed} (run ${run + 1} of ${runs}${left})`;
  if (event === "run begins") say(heading);
  else if (event === "run starts again")
    say(`${heading}, from the beginning: its learning rate follows from the number of epochs`);
  else if (event === "run was finished before") say(`\n${technique}, seed ${seed}: finished before`);
  else if (process.stdout.isTTY) say(`${epochsDone} of ${epochs} epochs${left}`);
}

/** The best model was read back from its file and tested. */
function showRun(run: Run): void {
  const { loss = Number.NaN, accuracy = Number.NaN } = run.result?.test ?? {};
  say(`${bestLine(run)}\nTest loss: ${loss.toFixed(4)}\nTest accuracy: ${percent(accuracy)}`);
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}
