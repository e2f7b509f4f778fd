import { divide, loadModel, metrics, nodeRuntime, toCategorical } from "../index.js";
import { type DataFlags, loadImages } from "./data.js";

export interface EvaluateFlags extends DataFlags {
  readonly batchSize: number;
  readonly threads?: number;
  readonly confusion?: boolean;
}

/** Prints loss and metrics on the test set and, when asked, the confusion matrix. */
export async function evaluateModel(path: string, flags: EvaluateFlags): Promise<void> {
  const runtime = await nodeRuntime(flags.threads === undefined ? {} : { threads: flags.threads });
  const model = await loadModel(path, { runtime });
  const { test, numClasses } = await loadImages(flags);
  const images = divide(test.images, 255);
  const oneHot = model.compiledLoss.targetShape(model.outputShape).length > 1;
  const targets = oneHot ? toCategorical(test.labels, numClasses) : test.labels;
  const scores = await model.evaluate(images, targets, { batchSize: flags.batchSize });
  const lines = Object.entries(scores).map(([name, value]) => `test ${name}: ${value.toFixed(5)}`);
  process.stdout.write(`${lines.join("\n")}\n`);
  if (flags.confusion) {
    const predictions = await model.predict(images, { batchSize: flags.batchSize });
    const matrix = metrics.confusionMatrix(test.labels, predictions, numClasses);
    process.stdout.write(`\n${metrics.formatConfusionMatrix(matrix)}\n`);
  }
  await model.dispose();
}
