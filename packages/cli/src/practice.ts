import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Technique } from "@trazo/practice";
import {
  arePictureRuns,
  bestEpochOf,
  type ComparisonProgress,
  comparePictureRuns,
  compareTechniques,
  comparisonsTable,
  comparisonTable,
  environmentOf,
  listRuns,
  type PracticeData,
  practiceTechniques,
  prepare,
  type Run,
  readRun,
  reportData,
  seedComparisons,
  techniques,
  writeReport,
} from "@trazo/practice";
import { alignedTable } from "@trazo/sweep";
import { nodeRuntime, TrainingInterrupted, TrazoError } from "trazo";
import { type DataFlags, loadImages } from "./data.js";
import { bestText } from "./ending.js";
import { catchInterrupts, type Interrupts } from "./interrupt.js";
import { lengthening, type NextStep, nextSteps } from "./next-steps.js";
import { givenOptions, ownCommand, resumeCommand } from "./own-command.js";
import { percent } from "./percent.js";
import { trainInPool } from "./practice-pool.js";
import type { Speech } from "./speech.js";
import type { CliText } from "./text/index.js";

export interface PracticeFlags extends DataFlags {
  readonly only?: readonly Technique[];
  readonly all?: boolean;
  readonly epochs: number;
  readonly seeds: number;
  readonly seed: number;
  readonly batchSize: number;
  readonly out: string;
  readonly threads?: number;
  readonly fresh?: boolean;
  readonly saveEvery?: number;
}

export type CompareFlags = Pick<PracticeFlags, "data" | "threads" | "out">;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs the techniques, prints their comparison, writes the report. */
export async function runPractice(flags: PracticeFlags, speech: Speech): Promise<void> {
  const { text } = speech;
  const interrupts = catchInterrupts(text);
  try {
    const { runs, data } = await trainAll(flags, interrupts, speech);
    interrupts.done();
    await conclude(runs, data, flags, speech, [...lengthening(runs, text), exercise(true, text)]);
  } catch (error) {
    if (!(error instanceof TrainingInterrupted)) throw error;
    say(`${text.training.interrupted(error)}\n${text.training.toContinue(resumeCommand())}`);
    process.exitCode = interrupts.exitCode;
  } finally {
    interrupts.done();
  }
}

async function trainAll(
  flags: PracticeFlags,
  interrupts: Interrupts,
  speech: Speech,
): Promise<{ runs: readonly Run[]; data: PracticeData }> {
  const { text } = speech;
  const data = prepare(await loadImages(flags));
  const chosen = flags.only ?? (flags.all ? techniques : practiceTechniques);
  // The comparison then finds them finished, and the pool has told of each.
  const isTrained = flags.seeds > 1 && (await trainInPool(chosen, flags, interrupts, speech));
  const runs = await compareTechniques({
    techniques: chosen,
    seeds: Array.from({ length: flags.seeds }, (_, i) => flags.seed + i),
    epochs: flags.epochs,
    batchSize: flags.batchSize,
    data,
    runtime: await runtimeFor(flags),
    folder: flags.out,
    verbose: process.stdout.isTTY ? 1 : 2,
    signal: () => interrupts.listen(),
    saveEvery: flags.saveEvery,
    fresh: isTrained ? false : flags.fresh,
    onProgress(progress) {
      if (!isTrained) showProgress(progress, text);
    },
    onRun(run) {
      if (!isTrained) showRun(run, text);
    },
  });
  return { runs, data };
}

/** Compares runs that finished earlier. */
export async function compareRuns(
  folders: readonly string[],
  flags: CompareFlags,
  speech: Speech,
): Promise<void> {
  const runs = folders.map(readRun);
  if (arePictureRuns(runs)) {
    say(comparePictureRuns(runs, speech.language, process.stdout.columns).join("\n"));
    return;
  }
  const data = prepare(await loadImages(flags));
  await conclude(runs, data, flags, speech, [exercise(false, speech.text)]);
}

/**
 * Lists the runs under a folder. One that cannot be read is reported, and the others still shown.
 *
 * @param text what is said
 * @param given the folder. Default: where runs are put
 * @throws TrazoError when there is no such folder
 */
export function showRuns({ runs: text, errors }: CliText, given?: string): void {
  const root = given ?? "runs";
  if (given !== undefined && !existsSync(given)) throw new TrazoError(errors.noFolder(given));
  const { runs, unreadable } = listRuns(root);
  if (runs.length + unreadable.length === 0) {
    say(text.none(root));
  }
  for (const run of runs) {
    const { folder, config, history } = run;
    const { technique, seed, epochs } = config;
    say(`${folder}  ${text.run({ technique, seed, done: history.length, epochs })}: ${outcome(run, text)}`);
  }
  for (const reason of unreadable) {
    process.stderr.write(`trazo: ${reason}\n`);
    process.exitCode = 1;
  }
}

function outcome(run: Run, text: CliText["runs"]): string {
  const best = bestEpochOf(run);
  if (!run.result || !best) return text.notFinished;
  const figure = (name: string, value: number): string =>
    name === "accuracy" ? percent(value) : `${name} ${value.toFixed(4)}`;
  const name = best.monitor.replace("val_", "");
  const test = run.result.test[name];
  return text.outcome({
    validation: figure(name, best.value),
    epoch: best.epoch,
    test: test === undefined ? undefined : figure(name, test),
  });
}

/** @param steps what could come next, besides what a model is good for */
async function conclude(
  runs: readonly Run[],
  data: PracticeData,
  flags: CompareFlags,
  { text, language }: Speech,
  steps: readonly NextStep[],
): Promise<void> {
  say("");
  const compared = await reportData(runs, data, await runtimeFor(flags), ownCommand(), ({ folder }, place) =>
    say(text.practice.trying(folder, place + 1, runs.length)),
  );
  say(`\n${comparisonTable(compared, language, process.stdout.columns)}\n`);
  const differences = seedComparisons(
    compared.runs.map(({ technique, seed, test }) => ({ technique, seed, accuracy: test.accuracy })),
  );
  if (differences.length > 0) {
    say(
      `${text.sweep.differences}\n${alignedTable(comparisonsTable(differences, language), process.stdout.columns)}\n`,
    );
  }
  say(text.practice.writing);
  const page = await writeReport(compared, flags.out, language);
  say(text.practice.report(page, join(flags.out, "figures")));
  const { machines, software } = environmentOf(runs);
  if (machines.length + software.length > 2) {
    say(`${text.notes.note}: ${text.practice.mixed}\n  ${[...machines, ...software].join("\n  ")}`);
  }
  say(nextSteps(bestOf(runs), text, steps));
}

/** The run with the best validation accuracy. */
function bestOf(runs: readonly Run[]): Run {
  const accuracyOf = (run: Run): number => bestEpochOf(run)?.value ?? 0;
  return runs.reduce((a, b) => (accuracyOf(b) > accuracyOf(a) ? b : a));
}

/** With the options that the practice has, among those of the command that is running. */
function exercise(isPractice: boolean, { next }: CliText): NextStep {
  const shared = ["--data", "--lang", "--threads"];
  const own = ["--epochs", "--batch-size", "--seed", "--seeds", "--out"];
  const options = givenOptions(...shared, ...(isPractice ? own : []));
  return {
    args: ["practice", "--only", "mlp,best", ...options],
    purpose: next.exercise,
  };
}

const runtimeFor = ({ threads }: Pick<PracticeFlags, "threads">) =>
  nodeRuntime(threads === undefined ? {} : { threads });

function showProgress(progress: ComparisonProgress, { practice }: CliText): void {
  const { event, technique, seed, run, runs, epochsDone, epochs, secondsLeft } = progress;
  const left = secondsLeft === undefined ? "" : practice.left(duration(secondsLeft));
  const heading = `\n${practice.run({ technique, seed, run: run + 1, runs, left })}`;
  if (event === "run begins") say(heading);
  else if (event === "run starts again") say(`${heading}, ${practice.fromTheBeginning}`);
  else if (event === "run was finished before") say(`\n${practice.finishedBefore(technique, seed)}`);
  else if (process.stdout.isTTY) say(`${practice.epochs(epochsDone, epochs)}${left}`);
}

/** The best model was read back from its file and tested. */
function showRun(run: Run, text: CliText): void {
  const { loss = Number.NaN, accuracy = Number.NaN } = run.result?.test ?? {};
  say(
    [
      bestText(run, text),
      text.training.test("loss", loss.toFixed(4)),
      text.training.test("accuracy", percent(accuracy)),
    ].join("\n"),
  );
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}
