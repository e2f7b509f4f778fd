import { join } from "node:path";
import { TrazoError } from "../errors.js";
import { callbacks, loadModel, nodeRuntime, optimizers, type Sequential } from "../index.js";
import { prepare } from "../practice/data.js";
import { base } from "../practice/techniques/base.js";
import { type DataFlags, loadImages } from "./data.js";
import { stopOnInterrupt } from "./interrupt.js";

export interface TrainFlags extends DataFlags {
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly out: string;
  readonly threads?: number;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** The practice's main job: train, keep the best, reload it, evaluate it on images never seen. */
export async function trainModel(name: string, flags: TrainFlags): Promise<void> {
  const runtime = await nodeRuntime(flags.threads === undefined ? {} : { threads: flags.threads });
  const dataset = await loadImages(flags);
  const { xTrain, xVal, yTrain, yVal, xTest, yTest } = prepare(dataset);
  const model = await openModel(name, { seed: flags.seed, runtime });
  say(
    `${dataset.source}: ${xTrain.shape[0]} training, ${xVal.shape[0]} validation, ${xTest.shape[0]} test images`,
  );
  say(`${runtime.name}; seed ${flags.seed}\n`);
  say(`${model.summary()}\n`);

  const bestPath = join(flags.out, "best_model.h5");
  const checkpoint = callbacks.modelCheckpoint({
    filepath: bestPath,
    monitor: "val_accuracy",
    saveBestOnly: true,
    verbose: 1,
  });
  const interrupt = stopOnInterrupt(model);
  await model.fit(xTrain, yTrain, {
    batchSize: flags.batchSize,
    epochs: flags.epochs,
    validationData: [xVal, yVal],
    callbacks: [
      callbacks.reduceLROnPlateau({ monitor: "val_loss", factor: 0.2, patience: 2, minLr: 0.00001 }),
      checkpoint,
      callbacks.csvLogger({ filename: join(flags.out, "history.csv") }),
    ],
  });
  interrupt.done();
  await model.dispose();

  if (!checkpoint.saved) throw new TrazoError("Training ended before a model could be kept.");
  say(
    `\nBest: epoch ${checkpoint.saved.epoch + 1}, val_accuracy ${checkpoint.best.toFixed(5)}, kept in ${bestPath}`,
  );
  if (interrupt.interrupted) return;
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
  const length = epochs < 25 ? ["  npm start -- --epochs 25            the practice's own length"] : [];
  return [
    "\nNext:",
    ...length,
    `  npx trazo evaluate ${bestPath} --confusion   which digits it takes for which`,
    `  npx trazo predict ${bestPath} your-digit.png`,
    `  best_model.h5 is a Keras file: keras.models.load_model("best_model.h5") opens it`,
  ].join("\n");
}
