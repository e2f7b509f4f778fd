import { TrazoError } from "../errors.js";
import { sizeOf, type Tensor, tensor } from "../tensor.js";

/** Images with a class number each. */
export interface LabeledImages {
  /** Shape [n, height, width, 1], values 0 to 255. */
  readonly images: Tensor<"uint8">;
  /** Shape [n]. */
  readonly labels: Tensor<"uint8">;
}

/** A set of labeled images in two parts. */
export interface ImageDataset {
  /** For training, 60,000 images of MNIST. */
  readonly train: LabeledImages;
  /** For the final judgment, 10,000 images of MNIST. */
  readonly test: LabeledImages;
  /** How many classes there are: labels lie below. */
  readonly numClasses: number;
  /** Where the images came from, in words. */
  readonly source: string;
}

/** An uncompressed IDX file that was read. */
export interface LoadedFile {
  /** As in messages. */
  readonly file: string;
  readonly tensor: Tensor<"uint8">;
  /** Where the data start in the uncompressed file. */
  readonly headerBytes: number;
}

/** The four files of a set in MNIST's form. */
export interface LoadedFiles {
  readonly trainImages: LoadedFile;
  readonly trainLabels: LoadedFile;
  readonly testImages: LoadedFile;
  readonly testLabels: LoadedFile;
}

/** How a set of images is put together. */
export interface ImageSetOptions {
  /** Swaps rows and columns. Default false. */
  readonly transpose?: boolean | undefined;
  /** Default the largest training label + 1. */
  readonly numClasses?: number | undefined;
}

/**
 * Puts a set of labeled images together.
 *
 * @param source where the images came from, in words
 * @throws TrazoError naming the file that does not fit the others
 */
export function imageDataset(
  files: LoadedFiles,
  source: string,
  { transpose = false, numClasses }: ImageSetOptions = {},
): ImageDataset {
  const train = pair(files.trainImages, files.trainLabels, transpose);
  const test = pair(files.testImages, files.testLabels, transpose);
  checkSameSize(train, test);
  const classes = numClasses ?? countClasses(train.labels);
  checkLabels(train.labels, classes);
  checkLabels(test.labels, classes);
  return {
    train: { images: train.images.tensor, labels: train.labels.tensor },
    test: { images: test.images.tensor, labels: test.labels.tensor },
    numClasses: classes,
    source,
  };
}

interface LoadedPair {
  readonly images: LoadedFile;
  readonly labels: LoadedFile;
}

function pair(images: LoadedFile, labels: LoadedFile, transpose: boolean): LoadedPair {
  const shape = images.tensor.shape;
  if (shape.length !== 3) {
    throw new TrazoError(
      `${images.file}: expected images of shape [count, height, width], but found [${shape.join(", ")}].`,
    );
  }
  if (labels.tensor.shape.length !== 1) {
    throw new TrazoError(
      `${labels.file}: expected labels of shape [count], but found [${labels.tensor.shape.join(", ")}].`,
    );
  }
  const [count, height, width] = shape as [number, number, number];
  if (sizeOf(shape) === 0)
    throw new TrazoError(`${images.file}: there are no pixels in shape [${shape.join(", ")}].`);
  if (labels.tensor.shape[0] !== count) {
    throw new TrazoError(
      `${shortName(images.file)} holds ${count} images, but ${labels.file} holds ${labels.tensor.shape[0]} labels.`,
    );
  }
  const pixels = transpose
    ? transposed(images.tensor)
    : tensor("uint8", [count, height, width, 1], images.tensor.data);
  return { images: { ...images, tensor: pixels }, labels };
}

/** [n, h, w] to [n, w, h, 1]. */
function transposed({ shape, data }: Tensor<"uint8">): Tensor<"uint8"> {
  const [count, height, width] = shape as [number, number, number];
  const turned = new Uint8Array(data.length);
  for (let n = 0; n < count; n++) {
    const base = n * height * width;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        turned[base + x * height + y] = data[base + y * width + x] as number;
      }
    }
  }
  return tensor("uint8", [count, width, height, 1], turned);
}

function checkSameSize(train: LoadedPair, test: LoadedPair): void {
  const size = ({ images }: LoadedPair) => images.tensor.shape.slice(1, 3).join("×");
  if (size(train) !== size(test)) {
    throw new TrazoError(
      `${test.images.file}: its images are ${size(test)}, but the training images are ${size(train)}.`,
    );
  }
}

function countClasses(labels: LoadedFile): number {
  return labels.tensor.data.reduce((largest, label) => Math.max(largest, label), 0) + 1;
}

function checkLabels(labels: LoadedFile, classes: number): void {
  if (!Number.isInteger(classes) || classes < 1) {
    throw new TrazoError(`numClasses must be a positive integer, but is ${classes}.`);
  }
  const index = labels.tensor.data.findIndex((label) => label >= classes);
  if (index >= 0) {
    throw new TrazoError(
      `${labels.file}: label ${labels.tensor.data[index]} at byte offset ${labels.headerBytes + index} (uncompressed) ` +
        `does not fit ${classes} classes (0 to ${classes - 1}).`,
    );
  }
}

/** Without its folder. */
const shortName = (file: string): string => file.split(/[\\/]/).at(-1) as string;
