import { join } from "node:path";
import { argMax, loadModel, type Model, metrics, type Runtime, type Tensor } from "trazo";
import { pixelValues, unitScale } from "trazo/node";
import type { PracticeData } from "./data.js";
import { PracticeError } from "./failures/index.js";
import { practiceNetwork } from "./network-data.js";
import { notebookBatchSize, notebookData } from "./published.js";
import { embedNetwork } from "./report/embedded-network.js";
import {
  type AugmentedSamples,
  type FirstLayerKernels,
  type Misreading,
  type TechniqueRun,
  weightHistogram,
} from "./report/index.js";
import { isCurrent, measureRobustness } from "./robustness/measure.js";
import type { Robustness } from "./robustness/robustness.js";
import { type Run, runFiles } from "./runs/run-folder.js";
import { techniques } from "./techniques/index.js";

const pictureSize = 28 * 28;
const augmentedDigits = 4;
const variantsOfEach = 7;

/**
 * What the report shows of a finished run: its history, and what its best model, read from the folder, does with the
 * test images.
 *
 * @throws TrazoError when the run did not finish, or its model is gone
 */
export async function inspectRun(run: Run, data: PracticeData, runtime: Runtime): Promise<TechniqueRun> {
  const { config, history, result } = run;
  if (!result) {
    throw new PracticeError(({ notFinished }) => notFinished(run.folder, runFiles.result, config.technique));
  }
  const model = await loadModel(join(run.folder, runFiles.bestModel), { runtime });
  requireDigits(model, run.folder);
  const robustness = await robustnessOf(run, model, data);
  const bytes = { ...data.xTest, divisor: 1 };
  const values = pixelValues(bytes, model.inputShape, { ...unitScale, ...model.preparation });
  const predictions = await model.predict(values, { batchSize: config.batchSize });
  const plot = await model.plot();
  const technique = techniques.find(({ name }) => name === config.technique);
  const network = technique && (await embedNetwork(model, technique, values, predictions));
  await model.dispose();
  return {
    technique: config.technique,
    seed: config.seed,
    isNotebookCell:
      data.digest === notebookData &&
      config.batchSize === notebookBatchSize &&
      config.modelDigest === undefined,
    history: history.map((logs, i) => {
      const value = (name: string): number => measured(logs, name, run.folder);
      return {
        epoch: logs.epoch + 1,
        loss: value("loss"),
        accuracy: value("accuracy"),
        valLoss: value("val_loss"),
        valAccuracy: value("val_accuracy"),
        learningRate: value("lr"),
        seconds: result.epochSeconds[i] ?? Number.NaN,
      };
    }),
    bestEpoch: result.bestEpoch,
    test: {
      loss: measured(result.test, "loss", run.folder),
      accuracy: measured(result.test, "accuracy", run.folder),
    },
    confusion: [...metrics.confusionMatrix(data.yTest, predictions, 10).counts],
    misread: misreadings(data, predictions),
    kernels: firstKernels(model),
    plot,
    network,
    weights: kernelsOf(model).map(({ layer, values }) => weightHistogram(layer, values)),
    augmented: augmentedSamples(config.technique, data, config.seed),
    robustness,
  };
}

/** As the run kept it, or measured now where an earlier version, or `trazo train`, made the run. */
async function robustnessOf({ result }: Run, model: Model, data: PracticeData): Promise<Robustness> {
  const kept = result?.robustness;
  const isUsable = kept !== undefined && isCurrent(kept, data.xTest.shape[0] as number);
  return isUsable ? kept : await measureRobustness(model, data);
}

function measured(figures: Readonly<Record<string, number>>, name: string, folder: string): number {
  const value = figures[name];
  if (value !== undefined) return value;
  throw new PracticeError(({ notMeasured }) => notMeasured(folder, name));
}

function requireDigits(model: Model, folder: string): void {
  const [reads, gives] = [model.inputShape.join(", "), model.outputShape.slice(1).join(", ")];
  if (reads === practiceNetwork.imageShape.join(", ") && gives === String(practiceNetwork.classes)) return;
  const { imageShape, classes } = practiceNetwork;
  throw new PracticeError(({ otherNetwork }) =>
    otherNetwork({ folder, shape: imageShape.join(", "), classes, reads, gives }),
  );
}

/** Test digits taken for others, the most confident mistakes first. */
function misreadings({ xTest, yTest }: PracticeData, predictions: Tensor<"float32">): Misreading[] {
  const [labels, answers] = [argMax(yTest).data, argMax(predictions).data];
  const found: Misreading[] = [];
  for (let i = 0; i < (xTest.shape[0] as number); i++) {
    const [actual, predicted] = [labels[i] as number, answers[i] as number];
    if (actual === predicted) continue;
    found.push({
      pixels: (xTest.data as Uint8Array).slice(i * pictureSize, (i + 1) * pictureSize),
      actual,
      predicted,
      probability: predictions.data[i * 10 + predicted] as number,
    });
  }
  return found.sort((a, b) => b.probability - a.probability);
}

/** The first training images and what the technique makes of them; undefined when it leaves them alone. */
function augmentedSamples(name: string, data: PracticeData, seed: number): AugmentedSamples[] | undefined {
  const generator = techniques.find((technique) => technique.name === name)?.augmentation?.();
  if (!generator) return undefined;
  return Array.from({ length: augmentedDigits }, (_, i) => {
    const original = (data.xTrain.data as Uint8Array).slice(i * pictureSize, (i + 1) * pictureSize);
    const image = { dtype: "uint8", shape: [28, 28, 1], data: original } as const;
    const variants = Array.from({ length: variantsOfEach }, (_, k) =>
      Uint8Array.from(generator.randomTransform(image, seed + i * variantsOfEach + k).data, Math.round),
    );
    return { original, variants };
  });
}

interface Kernel {
  readonly layer: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

function kernelsOf(model: Model): Kernel[] {
  return model.namedWeights().filter(({ name }) => name === "kernel");
}

/** Of a dense layer on the image, each unit's weights are a picture as well. */
function firstKernels(model: Model): FirstLayerKernels | undefined {
  const [first] = kernelsOf(model);
  if (!first) return undefined;
  const { layer, shape, values } = first;
  const picture =
    shape.length === 4 ? shape : shape[0] === pictureSize ? [28, 28, 1, shape[1] as number] : undefined;
  return picture && { layer, shape: picture as [number, number, number, number], values };
}
