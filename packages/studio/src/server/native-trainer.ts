import { existsSync } from "node:fs";
import { join } from "node:path";
import { newRun, type PracticeData, runFiles, trainRun } from "@trazo/practice";
import { loadModel, type Runtime } from "trazo";
import { batchSize, type TrainingJob, type TrainingResult } from "../lab/ports.js";
import { type RunSettings, techniqueOf, trainingKey } from "../protocol/settings.js";

/** Trains runs as `trazo practice` does, into folders that the other commands read. */
export class NativeTrainer {
  readonly #data: PracticeData;
  readonly #runtime: Runtime;
  readonly #root: string;
  readonly #taken = new Set<string>();

  /** @param root where the folders of runs go */
  constructor(data: PracticeData, runtime: Runtime, root: string) {
    this.#data = data;
    this.#runtime = runtime;
    this.#root = root;
  }

  /** A folder that no run has yet. */
  folderFor(settings: RunSettings): string {
    const name = `${techniqueOf(settings) ?? trainingKey(settings)}-seed${settings.seed}`;
    for (let count = 1; ; count++) {
      const folder = join(this.#root, count === 1 ? name : `${name}-${count}`);
      if (this.#taken.has(folder) || existsSync(folder)) continue;
      this.#taken.add(folder);
      return folder;
    }
  }

  async train(job: TrainingJob, folder: string): Promise<TrainingResult> {
    const { settings, network, flow, callback, signal } = job;
    const { seed, epochs } = settings;
    const technique = techniqueOf(settings) ?? trainingKey(settings);
    const run = await trainRun({
      recipe: { network, hasFixedLength: false, ...(flow && { flow }) },
      config: newRun({ technique, seed, epochs, batchSize }, this.#data, this.#runtime),
      folder,
      data: this.#data,
      runtime: this.#runtime,
      verbose: 0,
      callbacks: [callback],
      signal: () => signal,
      distortsDigits: true,
    });
    const best = await loadModel(join(folder, runFiles.bestModel), { runtime: this.#runtime });
    try {
      const { loss = Number.NaN, accuracy = Number.NaN } = run.result?.test ?? {};
      return { test: { loss, accuracy }, weights: best.getWeights() };
    } finally {
      await best.dispose();
    }
  }
}
