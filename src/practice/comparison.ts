import { join } from "node:path";
import type { Callback, ImageDataset, Runtime } from "../index.js";
import type { PracticeData } from "./data.js";
import { machineName, softwareOf } from "./environment.js";
import { holdsRun, type Run, type RunConfig, readRun, requireSameRun } from "./run-folder.js";
import { runTechnique } from "./run-technique.js";
import type { Technique } from "./technique.js";

export interface ComparisonOptions {
  readonly techniques: readonly Technique[];
  readonly seeds: readonly number[];
  readonly epochs: number;
  readonly batchSize: number;
  readonly dataset: Pick<ImageDataset, "source">;
  readonly data: PracticeData;
  readonly runtime: Runtime;
  /** Each run gets a folder of its own in it, `<technique>-seed<seed>`. */
  readonly folder: string;
  readonly verbose: 0 | 1 | 2;
  /** Interrupts the comparison, which goes on when it is asked for again. */
  readonly signal?: AbortSignal | undefined;
  /** Save each run's state after so many steps, too. Default: at the epochs' ends. */
  readonly saveEvery?: number | undefined;
  /** Throw away what earlier runs left in the folders. Default false: go on with them. */
  readonly fresh?: boolean | undefined;
  /** Told before each run and after each epoch. */
  readonly onProgress: (progress: ComparisonProgress) => void;
  /** Told what came of each run. */
  readonly onRun: (run: Run) => void;
}

export interface ComparisonProgress {
  readonly event: "run begins" | "run was finished before" | "epoch ends";
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
 * that was interrupted goes on where it stopped.
 *
 * @throws TrainingInterrupted when the signal says so
 * @throws TrazoError, before anything is trained, when a folder holds a run with other settings
 */
export async function compareTechniques(options: ComparisonOptions): Promise<Run[]> {
  const { epochs, fresh, onProgress } = options;
  const plan = planRuns(options);
  if (!fresh) for (const { folder, config } of plan) requireSameRun(folder, config);

  const begun = performance.now();
  let epochsTrained = 0;
  const finished: Run[] = [];
  for (const [run, { technique, config, folder }] of plan.entries()) {
    const before = !fresh && holdsRun(folder) ? readRun(folder) : undefined;
    let epochsDone = run * epochs + (before?.history.length ?? 0);
    const tell = (event: ComparisonProgress["event"]): void => {
      const all = plan.length * epochs;
      const perEpoch = (performance.now() - begun) / 1000 / epochsTrained;
      const secondsLeft = epochsTrained === 0 ? undefined : perEpoch * (all - epochsDone);
      const { seed } = config;
      onProgress({
        event,
        technique: technique.name,
        seed,
        run,
        runs: plan.length,
        epochsDone,
        epochs: all,
        secondsLeft,
      });
    };
    tell(before?.result ? "run was finished before" : "run begins");
    const counting: Callback = {
      onEpochEnd: () => {
        epochsTrained++;
        epochsDone++;
        tell("epoch ends");
      },
    };
    const ended = await runTechnique({ ...options, technique, config, folder, callbacks: [counting] });
    options.onRun(ended);
    finished.push(ended);
  }
  return finished;
}

interface PlannedRun {
  readonly technique: Technique;
  readonly config: RunConfig;
  readonly folder: string;
}

function planRuns(options: ComparisonOptions): PlannedRun[] {
  const { techniques, seeds, folder } = options;
  return seeds.flatMap((seed) =>
    techniques.map((technique) => ({
      technique,
      config: configOf(options, technique, seed),
      folder: join(folder, `${technique.name}-seed${seed}`),
    })),
  );
}

function configOf(options: ComparisonOptions, technique: Technique, seed: number): RunConfig {
  const { epochs, batchSize, dataset, data, runtime } = options;
  return {
    technique: technique.name,
    seed,
    epochs,
    batchSize,
    data: dataset.source,
    images: {
      train: data.xTrain.shape[0] as number,
      validation: data.xVal.shape[0] as number,
      test: data.xTest.shape[0] as number,
    },
    software: softwareOf(runtime),
    machine: machineName(),
    started: new Date().toISOString(),
  };
}
