import type { PicturePreparation } from "../data/preparation.js";
import type { Tensor } from "../tensor.js";
import { usualPictures } from "./resolve-preparation.js";

/** A model that names what is in pictures, wherever its file comes from: what `predict`, `evaluate` and the server use. */
export interface ImageClassifier {
  /** The model's own name, e.g. `sequential`. */
  readonly name: string;
  /** Height, width and channels (1 or 3) of the pictures that it reads. */
  readonly imageShape: readonly [height: number, width: number, channels: 1 | 3];
  /** The classes' names in the order of the outputs; `0`, `1`, ... where the file has none. */
  readonly classes: readonly string[];
  /**
   * Probabilities `[images, classes]` of uint8 pictures `[images, height, width, channels]`, pixels from 0 to 255. Any number of
   * pictures; scaling and layout are the classifier's business.
   */
  classify(images: Tensor): Promise<Tensor<"float32">>;
  /** How picture files become the images that `classify` takes. Default: as is usual for models of its shape. */
  readonly preparation?: PicturePreparation | undefined;
  /** What had to be assumed about the file, in sentences for its user. */
  readonly notes?: readonly string[] | undefined;
  /** What had to be assumed about how picture files become images; of interest to those who provide such files. */
  readonly pictureNotes?: readonly string[] | undefined;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/**
 * How picture files become the images that a classifier takes.
 *
 * @example
 * ```ts
 * const classifier = await openClassifier("digits.onnx");
 * const { fit, invert } = picturePreparation(classifier);
 * ```
 */
export function picturePreparation({
  preparation,
  imageShape,
  classes,
}: ImageClassifier): PicturePreparation {
  const [height, width, channels] = imageShape;
  return preparation ?? usualPictures({ height, width, channels }, classes.length);
}
