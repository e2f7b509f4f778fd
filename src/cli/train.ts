import { rm } from "node:fs/promises";
import { join } from "node:path";
import { TrazoError } from "../errors.js";
import {
  callbacks,
  loadModel,
  nodeRuntime,
  optimizers,
  type Sequential,
  TrainingInterrupted,
} from "../index.js";
import { prepare } from "../practice/data.js";
import { base } from "../practice/techniques/base.js";
import { lockFolder } from "../state/lock.js";
import { type DataFlags, loadImages } from "./data.js";
import { catchInterrupts } from "./interrupt.js";
import { commandToGoOn } from "./own-command.js";

export interface TrainFlags extends DataFlags {
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly out: string;
  readonly threads?: number;
  readonly fresh?: boolean;
  readonly saveEvery?: number;
}

/** What training leaves in its folder. */
const files = { best: "best_model.h5", history: "history.csv", state: "state" } as const;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** The practice's main job: train, keep the best, reload it, evaluate it on images never seen. */
export async function trainModel(name: string, flags: TrainFlags): Promise<void> {
  const lock = await lockFolder(flags.out);
  try {
    if (flags.fresh) {
      for (const file of Object.values(files))
        await rm(join(flags.out, file), { recursive: true, force: true });
    }
    await trainIn(name, flags);
  } finally {
    await lock.release();
  }
}

async function trainIn(name: string, flags: TrainFlags): Promise<void> {
  const runtime = await nodeRuntime(flags.threads === undefined ? {} : { threads: flags.threads });
  const dataset = await loadImages(flags);
  const { xTrain, xVal, yTrain, yVal, xTest, yTest } = prepare(dataset);
  const model = await openModel(name, { seed: flags.seed, runtime });
  say(
    `${dataset.source}: ${xTrain.shape[0]} training, ${xVal.shape[0]} validation, ${xTest.shape[0]} test images`,
  );
  say(`${runtime.name}; seed ${flags.seed}\n`);
  say(`${model.summary()}\n`);

  const bestPath = join(flags.out, files.best);
  const checkpoint = callbacks.modelCheckpoint({
    filepath: bestPath,
    monitor: "val_accuracy",
    saveBestOnly: true,
    verbose: 1,
  });
  const interrupts = catchInterrupts();
  const kept = (): string =>
    checkpoint.saved
      ? `Best: epoch ${checkpoint.saved.epoch + 1}, val_accuracy ${checkpoint.best.toFixed(5)}, kept in ${bestPath}`
      : "No epoch has ended yet, so there is no best model.";
  try {
    await model.fit(xTrain, yTrain, {
      batchSize: flags.batchSize,
      epochs: flags.epochs,
      validationData: [xVal, yVal],
      backup: {
        backupDir: join(flags.out, files.state),
        saveFreq: flags.saveEvery ?? "epoch",
        // Kept, so that more epochs can be asked for later.
        deleteCheckpoint: false,
      },
      signal: interrupts.signal,
      stopOnNonFinite: true,
      callbacks: [
        callbacks.reduceLROnPlateau({ monitor: "val_loss", factor: 0.2, patience: 2, minLr: 0.00001 }),
        checkpoint,
        callbacks.csvLogger({ filename: join(flags.out, files.history) }),
      ],
    });
  } catch (error) {
    if (error instanceof TrainingInterrupted) {
      say(`${error.message}\n${kept()}\nTo go on: npx ${commandToGoOn()}`);
      process.exitCode = interrupts.exitCode;
      return;
    }
    if (error instanceof TrazoError && checkpoint.saved)
      throw new TrazoError(`${error.message}\n${kept()}`, { cause: error });
    throw error;
  } finally {
    interrupts.done();
    await model.dispose();
  }

  if (!checkpoint.saved) throw new TrazoError("Training ended before a model could be kept.");
  say(`\n${kept()}`);
  const best = await loadModel(bestPath, { runtime });
  const { loss, accuracy } = await best.evaluate(xTest, yTest, { batchSize: flags.batchSize });
  await best.dispose();
  say(`Test loss: ${(loss ?? Number.NaN).toFixed(4)}`);
  say(`Test accuracy: ${(100 * (accuracy ?? Number.NaN)).toFixed(2)} %`);
  say(nextSteps(flags.epochs, bestPath));
}

async function openModel(
  name: string,
  options: { seed: number; runtime: Awaited<ReturnType<typeof nodeRuntime>> },
): Promise<Sequential> {
  if (name === "base") {
    const model = base.network(options);
    model.compile({
      optimizer: optimizers.adam({ learningRate: 0.001 }),
      loss: "categoricalCrossentropy",
      metrics: ["accuracy"],
    });
    return model;
  }
  if (!/\.(h5|keras)$/.test(name)) {
    throw new TrazoError(
      `There is no network "${name}". Give "base", or the path of a compiled .keras or .h5 model.`,
    );
  }
  return await loadModel(name, options);
}

function nextSteps(epochs: number, bestPath: string): string {
  const length =
    epochs < 25 ? ["  npx trazo train --epochs 25         the practice's own length; goes on from here"] : [];
  return [
    "\nNext:",
    ...length,
    `  npx trazo evaluate ${bestPath} --confusion   which digits it takes for which`,
    `  npx trazo predict ${bestPath} your-digit.png`,
    "  npx trazo practice                  the same network with L2, dropout, batch normalisation, augmentation",
    `  best_model.h5 is a Keras file: keras.models.load_model("best_model.h5") opens it`,
  ].join("\n");
}
