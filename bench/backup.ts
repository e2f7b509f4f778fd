/**
 * What saving the state at every epoch's end costs, beside the epoch: the base network on the practice's images.
 *
 *     npx tsx bench/backup.ts [--threads 2] [--epochs 8]
 */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { base, prepare } from "@trazo/practice";
import { type Callback, loadMnist, nodeRuntime, optimizers } from "trazo";
import { parseArgs } from "./command.js";
import { median } from "./stats.js";

const { values } = parseArgs({
  options: {
    threads: { type: "string", default: String(availableParallelism()) },
    epochs: { type: "string", default: "8" },
  },
});
const { xTrain, yTrain, xVal, yVal } = prepare(await loadMnist());
const folder = await mkdtemp(join(tmpdir(), "trazo-backup-"));
try {
  const runtime = await nodeRuntime({ threads: Number(values.threads) });
  const model = base.network({ seed: 1, runtime });
  model.compile({ optimizer: optimizers.adam(), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  const { callback, epochs, saves } = stopwatch();
  await model.fit(xTrain, yTrain, {
    batchSize: 128,
    // The first epoch warms up.
    epochs: Number(values.epochs) + 1,
    verbose: 0,
    validationData: [xVal, yVal],
    backup: { backupDir: folder, deleteCheckpoint: false },
    callbacks: [callback],
  });
  const { size } = await stat(join(folder, "state.bin"));
  const ratios = saves.map((save, i) => save / (epochs[i] as number));
  const percent = (ratio: number): string => `${(100 * ratio).toFixed(2)} %`;
  process.stdout.write(
    `${(size / 1e6).toFixed(1)} MB, ${runtime.name}: an epoch takes ${median(epochs.slice(1)).toFixed(2)} s, saving its state ` +
      `${(1000 * median(saves.slice(1))).toFixed(0)} ms: ${percent(median(ratios.slice(1)))} ` +
      `(most ${percent(Math.max(...ratios.slice(1)))})\n`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Seconds of each epoch, and of what lies between it and what comes next: the saving. */
function stopwatch(): { callback: Callback; epochs: number[]; saves: number[] } {
  const [epochs, saves]: [number[], number[]] = [[], []];
  let [begun, ended] = [0, 0];
  const now = (): number => performance.now() / 1000;
  const saved = (): void => {
    if (ended > 0) saves.push(now() - ended);
  };
  const callback: Callback = {
    onEpochBegin: () => {
      saved();
      begun = now();
    },
    onEpochEnd: () => {
      ended = now();
      epochs.push(ended - begun);
    },
    onTrainEnd: saved,
  };
  return { callback, epochs, saves };
}
