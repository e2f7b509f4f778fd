import {
  evaluateClassifier,
  type ImageClassifier,
  type ImageDataset,
  type Tensor,
  TrazoError,
  takeRows,
  tensor,
} from "trazo";
import { loadImages } from "./data.js";
import { type LabeledFiles, type MeasuredFiles, numbersIn, picturesFor } from "./labeled-files.js";
import { readPictures } from "./read-pictures.js";
import type { Speech } from "./speech.js";

/** What a quantized network is measured on. */
export interface QuantizeImages {
  /** Training images from all over the set: they tell in which ranges the network's numbers lie. */
  readonly calibration: Tensor<"uint8">;
  /** How many images tell what quantizing costs. */
  readonly count: number;
  /** The share of these that a classifier gets right. */
  accuracyOf(classifier: ImageClassifier): Promise<number>;
}

interface TestImages {
  readonly images: Tensor<"uint8">;
  readonly labels: Tensor;
}

/** Where the images are. */
export interface QuantizeFlags {
  readonly data?: string;
  readonly images?: string;
}

/**
 * The pictures that the model's run was trained and is tested on, or those of a folder; for other models, digits.
 *
 * @param path the model's file
 * @param classifier the same model: it says how pictures are prepared
 */
export async function quantizeImages(
  path: string,
  flags: QuantizeFlags,
  classifier: ImageClassifier,
  speech: Speech,
): Promise<QuantizeImages> {
  const pictures = flags.data === undefined ? await picturesFor(path, flags.images, speech.text) : undefined;
  if (pictures) return await ofPictures(path, pictures, classifier, speech);
  const data = await loadImages(flags);
  return measured(spread(data), data.test, data.numClasses);
}

async function ofPictures(
  path: string,
  pictures: MeasuredFiles,
  classifier: ImageClassifier,
  { text, language }: Speech,
): Promise<QuantizeImages> {
  const numbers = numbersIn(classifier, pictures, path, text);
  const read = async ({ files, classes }: LabeledFiles): Promise<TestImages> => {
    const found = await readPictures(classifier, files, language);
    if (found.read.length === 0) throw new TrazoError(text.errors.noPictureReadable);
    const labels = Int32Array.from(found.read, (place) => numbers[classes[place] as number] as number);
    return { images: found.images, labels: tensor("int32", [labels.length], labels) };
  };
  const { train, test } = pictures;
  const some = chosen(train.files.length);
  const calibration = await read({
    files: some.map((i) => train.files[i] as string),
    classes: some.map((i) => train.classes[i] as number),
  });
  return measured(calibration.images, await read(test), classifier.classes.length);
}

const measured = (
  calibration: Tensor<"uint8">,
  { images, labels }: TestImages,
  numClasses: number,
): QuantizeImages => ({
  calibration,
  count: labels.data.length,
  accuracyOf: async (classifier) =>
    (await evaluateClassifier(classifier, images, labels, numClasses)).accuracy,
});

const calibrationCount = 512;

/** Numbers from all over `count`. */
function chosen(count: number): number[] {
  const some = Math.min(calibrationCount, count);
  return Array.from({ length: some }, (_, i) => Math.floor((i * count) / some));
}

const spread = ({ train: { images } }: ImageDataset): Tensor<"uint8"> =>
  takeRows(images, chosen(images.shape[0] as number));
