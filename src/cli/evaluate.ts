import type { ImageClassifier } from "../classifier/classifier.js";
import { evaluateClassifier } from "../classifier/evaluate-classifier.js";
import { kerasClassifier } from "../classifier/keras-classifier.js";
import { openClassifier } from "../classifier/open-classifier.js";
import {
  divide,
  type ImageDataset,
  loadModel,
  metrics,
  nodeRuntime,
  type Runtime,
  type Tensor,
  toCategorical,
} from "../index.js";
import { type DataFlags, loadImages } from "./data.js";
import { showNotes } from "./notes.js";

export interface EvaluateFlags extends DataFlags {
  readonly batchSize: number;
  readonly threads?: number;
  readonly confusion?: boolean;
}

/** Prints loss and metrics on the test set and, when asked, the confusion matrix. */
export async function evaluateModel(path: string, flags: EvaluateFlags): Promise<void> {
  const runtime = await nodeRuntime(flags.threads === undefined ? {} : { threads: flags.threads });
  if (path.endsWith(".onnx")) {
    return await showClassifier(await openClassifier(path, { runtime }), await loadImages(flags), flags);
  }
  await evaluateKeras(path, runtime, flags);
}

/** A compiled model says by itself what to measure. */
async function evaluateKeras(path: string, runtime: Runtime, flags: EvaluateFlags): Promise<void> {
  const model = await loadModel(path, { runtime });
  const data = await loadImages(flags);
  if (!model.engine.compiled) return await showClassifier(kerasClassifier(model), data, flags);
  const { test, numClasses } = data;
  const images = divide(test.images, 255);
  const oneHot = model.compiledLoss.targetShape(model.outputShape).length > 1;
  const targets = oneHot ? toCategorical(test.labels, numClasses) : test.labels;
  showScores(await model.evaluate(images, targets, { batchSize: flags.batchSize }));
  if (flags.confusion) showConfusion(data, await model.predict(images, { batchSize: flags.batchSize }));
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
  const lines = Object.entries(scores).map(([name, value]) => `test ${name}: ${value.toFixed(5)}`);
  process.stdout.write(`${lines.join("\n")}\n`);
}

function showConfusion({ test, numClasses }: ImageDataset, probabilities: Tensor): void {
  const matrix = metrics.confusionMatrix(test.labels, probabilities, numClasses);
  process.stdout.write(`\n${metrics.formatConfusionMatrix(matrix)}\n`);
}
