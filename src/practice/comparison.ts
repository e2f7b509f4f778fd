import { join } from "node:path";
import type { Callback, ImageDataset, Runtime } from "../index.js";
import type { PracticeData } from "./data.js";
import { machineName, softwareOf } from "./environment.js";
import { type Run, type RunConfig, readRun } from "./run-folder.js";
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
  readonly callbacks?: readonly Callback[];
  /** Told before each run and after each epoch. */
  readonly onProgress: (progress: ComparisonProgress) => void;
}

export interface ComparisonProgress {
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
 * Trains every technique from every seed, one after another.
 *
 * @returns the runs that finished; fewer than asked for when training was stopped
 */
export async function compareTechniques(options: ComparisonOptions): Promise<Run[]> {
  const { techniques, seeds, epochs, folder, onProgress } = options;
  const plan = seeds.flatMap((seed) => techniques.map((technique) => ({ technique, seed })));
  const begun = performance.now();
  let epochsDone = 0;
  const finished: Run[] = [];
  for (const [run, { technique, seed }] of plan.entries()) {
    const tell = (): void => {
      const all = plan.length * epochs;
      const perEpoch = (performance.now() - begun) / 1000 / epochsDone;
      const secondsLeft = epochsDone === 0 ? undefined : perEpoch * (all - epochsDone);
      onProgress({
        technique: technique.name,
        seed,
        run,
        runs: plan.length,
        epochsDone,
        epochs: all,
        secondsLeft,
      });
    };
    tell();
    const counting: Callback = {
      onEpochEnd: () => {
        epochsDone++;
        tell();
      },
    };
    const place = join(folder, `${technique.name}-seed${seed}`);
    const result = await runTechnique({
      ...options,
      technique,
      config: configOf(options, technique, seed),
      folder: place,
      callbacks: [...(options.callbacks ?? []), counting],
    });
    if (!result) return finished;
    finished.push(readRun(place));
  }
  return finished;
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
