import { dataFor, requireFit, targetsOf } from "@trazo/practice";
import type { ImageClassifier } from "trazo";
import {
  CompilationError,
  evaluateClassifier,
  type ImageDataset,
  kerasClassifier,
  loadModel,
  locateErrors,
  type Model,
  metrics,
  modelPreparation,
  nodeRuntime,
  openClassifier,
  printable,
  type Runtime,
  type Tensor,
} from "trazo";
import { isOnnxFile, pixelValues } from "trazo/node";
import { type DataFlags, loadImages } from "./data.js";
import { evaluatePictures } from "./evaluate-pictures.js";
import { picturesFor } from "./labeled-files.js";
import { modelPath } from "./model-path.js";
import { showNotes } from "./notes.js";
import { type PreparationFlags, preparationOf } from "./preparation-options.js";
import type { Speech } from "./speech.js";
import type { CliText } from "./text/index.js";
import { UsageError } from "./usage-error.js";

export interface EvaluateFlags extends DataFlags, PreparationFlags {
  readonly output?: string;
  readonly batchSize?: number;
  readonly threads?: number;
  readonly confusion?: boolean;
  readonly images?: string;
}

/** Prints loss and metrics on the test set and, when asked, the confusion matrix. */
export async function evaluateModel(name: string, flags: EvaluateFlags, speech: Speech): Promise<void> {
  const { text } = speech;
  const path = modelPath(name, text);
  if (flags.images !== undefined && flags.data !== undefined) {
    throw new UsageError(text.usage.dataOrImages);
  }
  const pictures = flags.data === undefined ? await picturesFor(path, flags.images, text) : undefined;
  if (pictures) return await evaluatePictures(name, pictures, flags, speech);
  const isOnnx = isOnnxFile(path);
  if (isOnnx && flags.batchSize !== undefined) {
    throw new UsageError(text.usage.batchSizeForKeras);
  }
  if (!isOnnx && flags.output !== undefined) throw new UsageError(text.usage.outputForOnnx);
  const runtime = await nodeRuntime(flags.threads === undefined ? {} : { threads: flags.threads });
  const preparation = preparationOf(flags);
  if (isOnnx) {
    const data = await loadImages(flags);
    const { output } = flags;
    const classifier = await openClassifier(path, { runtime, preparation, output, classes: data.numClasses });
    return await showClassifier(classifier, data, flags, text);
  }
  const model = await loadCompiled(path, runtime, text);
  const data = await loadImages(flags);
  if (model.isCompiled) return await showCompiled(model, data, path, flags, text);
  const { batchSize } = flags;
  await showClassifier(await kerasClassifier(model, path, { batchSize, preparation }), data, flags, text);
}

/** With what it was compiled with, if that is supported: its layers alone can be evaluated, too. */
async function loadCompiled(path: string, runtime: Runtime, text: CliText): Promise<Model> {
  try {
    return await loadModel(path, { runtime });
  } catch (error) {
    if (!(error instanceof CompilationError)) throw error;
    const model = await loadModel(path, { runtime, compile: false });
    showNotes({ notes: [text.notes.fromProbabilities(error.message)] }, text);
    return model;
  }
}

/** A compiled model says by itself what to measure. */
async function showCompiled(
  model: Model,
  data: ImageDataset,
  path: string,
  flags: EvaluateFlags,
  text: CliText,
): Promise<void> {
  const { batchSize = 128 } = flags;
  const network = locateErrors(path, () => dataFor(model));
  requireFit(data, network);
  const given = preparationOf(flags);
  const { preparation, notes } = locateErrors(path, () => modelPreparation(model, given));
  showNotes({ notes }, text);
  const { images, labels } = data.test;
  const values = pixelValues(images, model.inputShape, preparation);
  showScores(await model.evaluate(values, targetsOf(labels, network), { batchSize }), text);
  if (flags.confusion) {
    const classifier = await kerasClassifier(model, path, { batchSize, preparation: given });
    showConfusion(data, await classifier.classify(images));
  }
  await model.dispose();
}

async function showClassifier(
  classifier: ImageClassifier,
  data: ImageDataset,
  flags: EvaluateFlags,
  text: CliText,
): Promise<void> {
  showNotes(classifier, text);
  const { images, labels } = data.test;
  const { loss, accuracy, probabilities } = await evaluateClassifier(
    classifier,
    images,
    labels,
    data.numClasses,
  );
  showScores({ loss, accuracy }, text);
  if (flags.confusion) showConfusion(data, probabilities);
  await classifier.dispose();
}

function showScores(scores: Readonly<Record<string, number>>, { evaluate }: CliText): void {
  const lines = Object.entries(scores).map(([name, value]) =>
    evaluate.score(printable(name), value.toFixed(5)),
  );
  process.stdout.write(`${lines.join("\n")}\n`);
}

function showConfusion({ test }: ImageDataset, probabilities: Tensor): void {
  const matrix = metrics.confusionMatrix(test.labels, probabilities, probabilities.shape[1]);
  process.stdout.write(`\n${metrics.formatConfusionMatrix(matrix)}\n`);
}
