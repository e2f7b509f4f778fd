import type { Callback, Logs, TrainingModel } from "../../src/callbacks/callback.js";
import { CallbackList } from "../../src/callbacks/callback-list.js";

/** A model whose only weight is the number of the epoch that trained it last. */
export class ScriptedModel implements TrainingModel {
  stopTraining = false;
  readonly optimizer: { learningRate: number; iterations: number };
  readonly saved: string[] = [];
  weight = -1;

  constructor(learningRate = 0.001) {
    this.optimizer = { learningRate, iterations: 0 };
  }

  async save(path: string): Promise<void> {
    this.saved.push(path);
  }

  async saveWeights(path: string): Promise<void> {
    this.saved.push(`weights: ${path}`);
  }

  getWeights(): Float32Array[] {
    return [Float32Array.of(this.weight)];
  }

  setWeights([weights]: readonly Float32Array[]): void {
    this.weight = (weights as Float32Array)[0] as number;
  }
}

export interface Script {
  /** What each epoch ends with. */
  readonly epochs: readonly Logs[];
  /** Running logs of the batches of every epoch. Default: none. */
  readonly batches?: readonly Logs[];
  readonly initialEpoch?: number;
  readonly verbose?: 0 | 1 | 2;
}

export interface Played {
  readonly model: ScriptedModel;
  /** All that was printed. */
  readonly text: string;
  /** The logs of each epoch that ran, as the last callback left them. */
  readonly logs: Logs[];
  /** The learning rate during each epoch. */
  readonly rates: number[];
}

/** Plays a training with results from a script, calling the callbacks as `fit` does. */
export async function play(
  callbacks: readonly Callback[],
  { epochs, batches = [], initialEpoch = 0, verbose = 1 }: Script,
  model = new ScriptedModel(),
): Promise<Played> {
  let text = "";
  const list = new CallbackList(callbacks);
  list.setModel(model);
  list.setParams({
    epochs: initialEpoch + epochs.length,
    steps: batches.length,
    batchSize: 128,
    samples: 128 * batches.length,
    samplesDone: () => 128 * model.optimizer.iterations,
    verbose,
    print: (more) => {
      text += more;
    },
  });
  const logs: Logs[] = [];
  const rates: number[] = [];
  model.stopTraining = false;
  await list.onTrainBegin({});
  for (const [i, result] of epochs.entries()) {
    const epoch = initialEpoch + i;
    await list.onEpochBegin(epoch, {});
    rates.push(model.optimizer.learningRate);
    for (const [batch, running] of batches.entries()) {
      await list.onTrainBatchBegin(batch, {});
      model.optimizer.iterations++;
      await list.onTrainBatchEnd(batch, { ...running });
      if (model.stopTraining) break;
    }
    model.weight = epoch;
    const end = { ...result };
    await list.onEpochEnd(epoch, end);
    logs.push(end);
    if (model.stopTraining) break;
  }
  await list.onTrainEnd(logs.at(-1) ?? {});
  return { model, text, logs, rates };
}

/** Epochs that differ in one value. */
export const epochsOf = (key: string, values: readonly number[]): Logs[] =>
  values.map((value) => ({ [key]: value }));
