import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { newRun, type PracticeData, runFiles, trainRun } from "@trazo/practice";
import { loadModel, type Runtime } from "trazo";
import { writeFileAtomically } from "trazo/node";
import { batchSize, type KeptRun, type TrainingJob, type TrainingResult } from "../lab/ports.js";
import { settingsIn } from "../protocol/check.js";
import { type RunSettings, techniqueOf, trainingKey } from "../protocol/settings.js";
import { makeNewFolder } from "./new-folder.js";

/** What the studio shows of a run and the run's other files do not have, such as the curve between epochs. */
const recordFile = "studio.json";
/** Most runs that are shown again. */
const mostKept = 12;

/** What a run's folder calls it. One that began with another's weights is not a run of the practice's technique. */
const techniqueFor = (settings: RunSettings, offset: number): string =>
  `${techniqueOf(settings) ?? trainingKey(settings)}${offset > 0 ? `-from-step${offset}` : ""}`;

/** Trains runs as `trazo practice` does, into folders that the other commands read. */
export class NativeTrainer {
  readonly #data: PracticeData;
  readonly #runtime: Runtime;
  readonly #root: string;

  /** @param root where the folders of runs go */
  constructor(data: PracticeData, runtime: Runtime, root: string) {
    this.#data = data;
    this.#runtime = runtime;
    this.#root = root;
  }

  async train(job: TrainingJob): Promise<TrainingResult> {
    const { settings, offset, network, flow, callback, signal } = job;
    const { seed, epochs } = settings;
    const technique = techniqueFor(settings, offset);
    const folder = makeNewFolder(this.#root, `${technique}-seed${seed}`);
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
    const { loss = Number.NaN, accuracy = Number.NaN } = run.result?.test ?? {};
    return { test: { loss, accuracy }, weights: await this.#bestWeights(folder), folder };
  }

  /** The folder has all but the curve already. */
  async keep({ record }: KeptRun): Promise<void> {
    if (record.status !== "done" || record.folder === undefined) return;
    await writeFileAtomically(join(record.folder, recordFile), JSON.stringify(record));
  }

  async kept(): Promise<KeptRun[]> {
    if (!existsSync(this.#root)) return [];
    const folders = readdirSync(this.#root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(this.#root, entry.name, recordFile)))
      .map(({ name }) => join(this.#root, name));
    const found: KeptRun[] = [];
    for (const folder of folders) {
      const kept = await this.#keptIn(folder).catch(() => undefined);
      if (kept) found.push(kept);
    }
    return found.sort((a, b) => a.record.id - b.record.id).slice(-mostKept);
  }

  async #keptIn(folder: string): Promise<KeptRun> {
    const record = JSON.parse(readFileSync(join(folder, recordFile), "utf8")) as KeptRun["record"];
    return {
      record: { ...record, settings: settingsIn(record.settings), folder },
      weights: await this.#bestWeights(folder),
    };
  }

  async #bestWeights(folder: string): Promise<Float32Array[]> {
    const best = await loadModel(join(folder, runFiles.bestModel), { runtime: this.#runtime });
    try {
      return best.getWeights();
    } finally {
      await best.dispose();
    }
  }
}
