import { dataFor, requireFit, targetsOf } from "@trazo/practice";
import type { ImageClassifier } from "trazo";
import {
  CompilationError,
  divide,
  evaluateClassifier,
  type ImageDataset,
  kerasClassifier,
  loadModel,
  metrics,
  nodeRuntime,
  openClassifier,
  printable,
  type Runtime,
  type Sequential,
  type Tensor,
} from "trazo";
import { isOnnxFile } from "trazo/node";
import { type DataFlags, loadImages } from "./data.js";
import { showNotes } from "./notes.js";
import { UsageError } from "./usage-error.js";

export interface EvaluateFlags extends DataFlags {
  readonly batchSize?: number;
  readonly threads?: number;
  readonly confusion?: boolean;
}

/** Prints loss and metrics on the test set and, when asked, the confusion matrix. */
export async function evaluateModel(path: string, flags: EvaluateFlags): Promise<void> {
  const isOnnx = isOnnxFile(path);
  if (isOnnx && flags.batchSize !== undefined) {
    throw new UsageError("--batch-size is for .keras and .h5 models; an ONNX file is run as it allows.");
  }
  const runtime = await nodeRuntime(flags.threads === undefined ? {} : { threads: flags.threads });
  if (isOnnx) {
    return await showClassifier(await openClassifier(path, { runtime }), await loadImages(flags), flags);
  }
  const model = await loadCompiled(path, runtime);
  const data = await loadImages(flags);
  if (model.engine.compiled) return await showCompiled(model, data, path, flags);
  await showClassifier(await kerasClassifier(model, path, flags.batchSize), data, flags);
}

/** With what it was compiled with, if that is supported: its layers alone can be evaluated, too. */
async function loadCompiled(path: string, runtime: Runtime): Promise<Sequential> {
  try {
    return await loadModel(path, { runtime });
  } catch (error) {
    if (!(error instanceof CompilationError)) throw error;
    const model = await loadModel(path, { runtime, compile: false });
    showNotes({ notes: [`${error.message} So loss and accuracy are computed of its probabilities.`] });
    return model;
  }
}

/** A compiled model says by itself what to measure. */
async function showCompiled(
  model: Sequential,
  data: ImageDataset,
  path: string,
  flags: EvaluateFlags,
): Promise<void> {
  const { batchSize = 128 } = flags;
  const network = dataFor(model);
  requireFit(data, network);
  const { images, labels } = data.test;
  showScores(await model.evaluate(divide(images, 255), targetsOf(labels, network), { batchSize }));
  if (flags.confusion) {
    const classifier = await kerasClassifier(model, path, batchSize);
    showConfusion(data, await classifier.classify(images));
  }
  await model.dispose();
}

async function showClassifier(
  classifier: ImageClassifier,
  data: ImageDataset,
  flags: EvaluateFlags,
): Promise<void> {
  showNotes(classifier);
  const { images, labels } = data.test;
  const { loss, accuracy, probabilities } = await evaluateClassifier(
    classifier,
    images,
    labels,
    data.numClasses,
  );
  showScores({ loss, accuracy });
  if (flags.confusion) showConfusion(data, probabilities);
  await classifier.dispose();
}

function showScores(scores: Readonly<Record<string, number>>): void {
  const lines = Object.entries(scores).map(([name, value]) => `test ${printable(name)}: ${value.toFixed(5)}`);
  process.stdout.write(`${lines.join("\n")}\n`);
}

function showConfusion({ test }: ImageDataset, probabilities: Tensor): void {
  const matrix = metrics.confusionMatrix(test.labels, probabilities, probabilities.shape[1]);
  process.stdout.write(`\n${metrics.formatConfusionMatrix(matrix)}\n`);
}
