import { TrazoError } from "../errors.js";
import { classNumbers } from "../metrics/class-numbers.js";
import type { Tensor } from "../tensor.js";
import type { ImageClassifier } from "./classifier.js";

/** How well a classifier knows labeled pictures. */
export interface ClassifierScores {
  /** Mean categorical cross-entropy; rows are divided by their sums, and limited to [1e-7, 1 - 1e-7], as Keras does. */
  readonly loss: number;
  /** Share of pictures whose most probable class is theirs, 0 to 1. */
  readonly accuracy: number;
  /** `[pictures, classes]`. */
  readonly probabilities: Tensor<"float32">;
}

/**
 * Classifies labeled pictures and compares.
 *
 * @param images uint8 `[n, height, width, channels]`, 0 to 255
 * @param labels class numbers `[n]`, or one-hot rows `[n, classes]`
 * @param numClasses how many classes the labels are of
 * @throws TrazoError when the pictures have another size, or more classes than the classifier knows
 * @example
 * ```ts
 * const { test, numClasses } = await loadMnist();
 * const classifier = await openClassifier("digits.onnx");
 * const { accuracy } = await evaluateClassifier(classifier, test.images, test.labels, numClasses);
 * ```
 */
export async function evaluateClassifier(
  classifier: ImageClassifier,
  images: Tensor<"uint8">,
  labels: Tensor,
  numClasses: number,
): Promise<ClassifierScores> {
  const { classes, imageShape } = classifier;
  if (images.shape.slice(1).join() !== imageShape.join()) {
    throw new TrazoError(
      `The model reads pictures of shape [${imageShape.join(", ")}], but the data's have [${images.shape.slice(1).join(", ")}].`,
    );
  }
  const width = classes.length;
  if (numClasses > width) {
    throw new TrazoError(`The model knows ${width} classes, but the data have ${numClasses}.`);
  }
  const probabilities = await classifier.classify(images);
  const numbers = classNumbers(labels);
  let [loss, right] = [0, 0];
  for (const [i, label] of numbers.entries()) {
    const row = probabilities.data.subarray(i * width, (i + 1) * width);
    const sum = row.reduce((a, b) => a + b, 0) || 1;
    loss -= Math.log(Math.min(Math.max((row[label] as number) / sum, 1e-7), 1 - 1e-7));
    if (row.indexOf(row.reduce((a, b) => Math.max(a, b))) === label) right++;
  }
  return { loss: loss / numbers.length, accuracy: right / numbers.length, probabilities };
}
