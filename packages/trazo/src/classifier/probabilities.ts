import { requirePictures } from "../data/require-pictures.js";
import { TrazoError } from "../errors.js";
import { sizeOf, type Tensor, tensor } from "../tensor.js";
import type { LastOperation } from "./class-outputs.js";
import type { ImageClassifier } from "./classifier.js";

/** What a model gives for uint8 pictures `[n, height, width, channels]`: one number for each class, `[n, classes]`. */
export type Outputs = (images: Tensor) => Promise<Tensor<"float32">>;

interface Probabilities {
  /** As an `ImageClassifier`'s. */
  readonly classify: Outputs;
  readonly notes: readonly string[];
}

/**
 * Makes probabilities of a model's outputs: as they are where they are probabilities, of all classes together or, after sigmoids, of
 * each class on its own; else through a softmax. The last two are noted. Two pictures, a black one and one of noise, tell.
 *
 * @param where names the model in errors
 * @param lastOperation what made the outputs, where that is known
 * @throws TrazoError, here and when classifying, when an output is not a finite number; when classifying, for other pictures
 */
export async function withProbabilities(
  outputsOf: Outputs,
  imageShape: ImageClassifier["imageShape"],
  where: string,
  lastOperation: LastOperation = "unknown",
): Promise<Probabilities> {
  const finite: Outputs = async (images) => {
    requirePictures(images, imageShape, where);
    const outputs = await outputsOf(images);
    if (outputs.data.every(Number.isFinite)) return outputs;
    throw new TrazoError(
      `${where}: its outputs are not all finite numbers; the file is damaged or was trained badly.`,
    );
  };
  const seen = await finite(twoPictures(imageShape));
  if (addUpToOne(seen)) return { classify: finite, notes: [] };
  const areScores =
    lastOperation === "sigmoid" ||
    (lastOperation === "unknown" && seen.data.every((value) => value >= 0 && value <= 1));
  if (areScores) {
    return {
      classify: finite,
      notes: ["Its outputs are scores from 0 to 1, each class's on its own: they need not add up to 100 %."],
    };
  }
  return {
    classify: async (images) => softmaxRows(await finite(images)),
    notes: ["The outputs are not probabilities; a softmax is applied."],
  };
}

function twoPictures(imageShape: readonly number[]): Tensor<"uint8"> {
  const size = sizeOf(imageShape);
  const pixels = Uint8Array.from({ length: 2 * size }, (_, i) => (i < size ? 0 : (i * 7919) % 256));
  return tensor("uint8", [2, ...imageShape], pixels);
}

/** Rows of probabilities are not below 0 and add up to 1. */
function addUpToOne({ shape, data }: Tensor<"float32">): boolean {
  const [rows, classes] = shape as [number, number];
  return Array.from({ length: rows }, (_, row) => data.subarray(row * classes, (row + 1) * classes)).every(
    (values) =>
      values.every((value) => value >= -1e-6) && Math.abs(values.reduce((a, b) => a + b, 0) - 1) < 1e-3,
  );
}

function softmaxRows({ shape, data }: Tensor<"float32">): Tensor<"float32"> {
  const width = shape[1] as number;
  const result = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += width) {
    const row = data.subarray(start, start + width);
    const largest = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const powers = Float64Array.from(row, (value) => Math.exp(value - largest));
    const sum = powers.reduce((a, b) => a + b, 0);
    result.set(
      powers.map((power) => power / sum),
      start,
    );
  }
  return tensor("float32", shape, result);
}
