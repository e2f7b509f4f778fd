import { join } from "node:path";
import type { Callback, Runtime } from "trazo";
import { imageCounts, type PracticeData } from "./data.js";
import { machineName, softwareOf } from "./runs/environment.js";
import { requireOwnFolder } from "./runs/own-files.js";
import { requireResumable } from "./runs/resumable.js";
import { holdsRun, type Run, type RunConfig, readRunToResume } from "./runs/run-folder.js";
import type { Technique } from "./technique.js";
import { techniqueRecipe } from "./technique-recipe.js";
import { beginsAnew, type Recipe, trainRun } from "./train-run.js";

export interface ComparisonOptions {
  readonly techniques: readonly Technique[];
  readonly seeds: readonly number[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly data: PracticeData;
  readonly runtime: Runtime;
  /** Each run gets a folder of its own in it, `<technique>-seed<seed>`. */
  readonly folder: string;
  readonly verbose: 0 | 1 | 2;
  /** Asked, once a run's folder is held, for what interrupts the comparison, which resumes when it is asked for again. */
  readonly signal?: (() => AbortSignal) | undefined;
  /** Also save each run's state every this many steps. Default: after each epoch only. */
  readonly saveEvery?: number | undefined;
  /** Throw away what earlier runs left in the folders. Default false: continue with them. */
  readonly fresh?: boolean | undefined;
  /** Told before each run and between its epochs. */
  readonly onProgress: (progress: ComparisonProgress) => void;
  /** Told what came of each run. */
  readonly onRun: (run: Run) => void;
}

export interface ComparisonProgress {
  readonly event: "run begins" | "run starts again" | "run was finished before" | "epochs continue";
  readonly technique: string;
  readonly seed: number;
  /** From 0. */
  readonly run: number;
  readonly runs: number;
  readonly epochsDone: number;
  readonly epochs: number;
  /** What the epochs so far suggest for those to come; undefined before the first. */
  readonly secondsLeft: number | undefined;
}

/**
 * Trains every technique from every seed, one after another. Runs that were finished before are not trained again, and one
 * that was interrupted resumes where it stopped.
 *
 * @throws TrainingInterrupted when the signal says so
 * @throws TrazoError, before anything is trained, when a folder holds a run with other settings
 */
export async function compareTechniques(options: ComparisonOptions): Promise<Run[]> {
  const { epochs, fresh, onProgress } = options;
  const plan = planRuns(options);
  for (const { folder, config } of plan) {
    requireOwnFolder(folder);
    if (!fresh && holdsRun(folder)) requireResumable(readRunToResume(folder), config);
  }

  const begun = performance.now();
  let epochsTrained = 0;
  const finished: Run[] = [];
  for (const [run, { config, folder, recipe }] of plan.entries()) {
    const before = !fresh && holdsRun(folder) ? readRunToResume(folder) : undefined;
    const isAnew = before !== undefined && beginsAnew(before, config, recipe);
    let epochsDone = run * epochs + (isAnew ? 0 : (before?.history.length ?? 0));
    const tell = (event: ComparisonProgress["event"]): void => {
      const all = plan.length * epochs;
      const perEpoch = (performance.now() - begun) / 1000 / epochsTrained;
      const secondsLeft = epochsTrained === 0 ? undefined : perEpoch * (all - epochsDone);
      const { technique, seed } = config;
      onProgress({
        event,
        technique,
        seed,
        run,
        runs: plan.length,
        epochsDone,
        epochs: all,
        secondsLeft,
      });
    };
    const isFinished = before?.result !== undefined && before.config.epochs === epochs;
    tell(isFinished ? "run was finished before" : isAnew ? "run starts again" : "run begins");
    let epochsHere = 0;
    const counting: Callback = {
      // Not at an epoch's end: the progress line is still being drawn there.
      onEpochBegin: () => {
        if (epochsHere > 0) tell("epochs continue");
      },
      onEpochEnd: () => {
        epochsHere++;
        epochsTrained++;
        epochsDone++;
      },
    };
    const ended = await trainRun({
      ...options,
      recipe,
      config,
      folder,
      callbacks: [counting],
      distortsDigits: true,
    });
    options.onRun(ended);
    finished.push(ended);
  }
  return finished;
}

interface PlannedRun {
  readonly recipe: Recipe;
  readonly config: RunConfig;
  readonly folder: string;
}

function planRuns(options: ComparisonOptions): PlannedRun[] {
  const { techniques, seeds, folder, epochs, batchSize, data, runtime } = options;
  return seeds.flatMap((seed) =>
    techniques.map((technique) => {
      const config = newRun({ technique: technique.name, seed, epochs, batchSize }, data, runtime);
      return {
        recipe: techniqueRecipe(technique, config, data, runtime),
        config,
        folder: join(folder, `${technique.name}-seed${seed}`),
      };
    }),
  );
}

/** What the folder of a run that begins now says of it. */
export function newRun(
  settings: Pick<RunConfig, "technique" | "seed" | "epochs" | "batchSize" | "monitor" | "modelDigest">,
  data: PracticeData,
  runtime: Runtime,
): RunConfig {
  return {
    ...settings,
    data: data.source,
    dataDigest: data.digest,
    images: imageCounts(data),
    preparation: data.preparation,
    software: softwareOf(runtime),
    machine: machineName(),
    started: new Date().toISOString(),
  };
}
