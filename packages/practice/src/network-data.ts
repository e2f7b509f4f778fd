import type { ImageDataset, Model, Tensor } from "trazo";
import { modelPictures, tensor, toCategorical } from "trazo";
import type { Preparation } from "trazo/node";
import { PracticeError } from "./failures/index.js";

/** What labeled images must be like for a network. */
export interface NetworkData {
  /** [height, width, channels] */
  readonly imageShape: readonly number[];
  /** One image as the network has it, e.g. [28, 28] or [784]. Default: as `imageShape`. */
  readonly sampleShape?: readonly number[] | undefined;
  /** What the network says of how its pictures are prepared. */
  readonly preparation?: Partial<Preparation> | undefined;
  readonly classes: number;
  /** How its loss wants the labels: rows `[n, classes]`, class numbers `[n]`, or, of two classes, 0 or 1 `[n, 1]`. */
  readonly targets: "one-hot" | "numbers" | "column";
}

/** What the practice's networks are made for. */
export const practiceNetwork: NetworkData = { imageShape: [28, 28, 1], classes: 10, targets: "one-hot" };

/** @throws TrazoError when the model reads no pictures, gives no number per class, or is not compiled */
export function dataFor(model: Model): NetworkData {
  const [, width, ...more] = model.outputShape;
  if (typeof width !== "number" || more.length > 0) {
    throw new PracticeError(({ notClasses }) => notClasses(model.outputShape.join(", ")));
  }
  const { height, width: columns, channels } = modelPictures(model);
  return {
    imageShape: [height, columns, channels],
    sampleShape: model.inputShape,
    preparation: model.preparation,
    classes: width === 1 ? 2 : width,
    targets: takesClassNumbers(model) ? "numbers" : width === 1 ? "column" : "one-hot",
  };
}

/**
 * Whether the loss of a model with one number per class takes class numbers `[n]`, and not one-hot rows.
 *
 * @throws TrazoError when the model is not compiled
 */
export const takesClassNumbers = ({ compiledLoss, outputShape }: Model): boolean =>
  compiledLoss.targetShape(outputShape).length === 1;

/** @throws TrazoError when the images have another size, or more classes than the network knows */
export function requireFit({ train, numClasses, source }: ImageDataset, network: NetworkData): void {
  const own = train.images.shape.slice(1).join(", ");
  const wanted = network.imageShape.join(", ");
  if (own !== wanted) {
    throw new PracticeError(({ otherImages }) => otherImages(source, wanted, own));
  }
  if (numClasses > network.classes) {
    throw new PracticeError(({ moreClasses }) => moreClasses(source, numClasses, network.classes));
  }
}

/** Labels as the network's loss wants them. Of fewer classes than the network knows, the others never occur. */
export function targetsOf(labels: Tensor<"uint8">, { classes, targets }: NetworkData): Tensor {
  if (targets === "numbers") return labels;
  if (targets === "column") return tensor("uint8", [labels.data.length, 1], labels.data);
  return toCategorical(labels, classes);
}
