import { createHash } from "node:crypto";
import { type ImageDataset, type Tensor, trainTestSplit } from "trazo";
import { measurePreparation, type Preparation, pixelValues, unitScale } from "trazo/node";
import { type NetworkData, practiceNetwork, requireFit, targetsOf } from "./network-data.js";

/** The practice's images and targets: for training, for validation, and for the last test. */
export interface PracticeData {
  readonly xTrain: Tensor;
  /** One-hot rows, unless the network's loss wants something else. */
  readonly yTrain: Tensor;
  readonly xVal: Tensor;
  readonly yVal: Tensor;
  readonly xTest: Tensor;
  readonly yTest: Tensor;
  /** Where the images came from, in words. */
  readonly source: string;
  /** Tells one set from another, wherever it lies: the beginning of a SHA-256 of its images and labels. */
  readonly digest: string;
  /** How pictures must be prepared to look like these images; a model trained on them keeps it. */
  readonly preparation: Preparation;
}

/**
 * The practice's preparation: pixels from 0 to 1 unless the network's own preparation says otherwise, one-hot labels, the notebook's
 * own fifth kept for validation.
 *
 * @param network what the data is for. Default: the practice's networks
 * @param validation share of the training images that is kept for validation. Default 0.2
 * @throws TrazoError when the images have another size, or more classes than the network knows
 */
export function prepare(
  dataset: ImageDataset,
  network: NetworkData = practiceNetwork,
  validation = 0.2,
): PracticeData {
  requireFit(dataset, network);
  const { train, test, source } = dataset;
  const { imageShape, sampleShape = imageShape } = network;
  const preparation = { ...unitScale, ...measurePreparation(train.images), ...network.preparation };
  const [xTrain, xVal, yTrain, yVal] = trainTestSplit(
    pixelValues(train.images, sampleShape, preparation),
    targetsOf(train.labels, network),
    { testSize: validation, randomState: 42 },
  );
  const [xTest, yTest] = [
    pixelValues(test.images, sampleShape, preparation),
    targetsOf(test.labels, network),
  ];
  return { xTrain, xVal, yTrain, yVal, xTest, yTest, source, digest: imageDigest(dataset), preparation };
}

/** How many images there are of each kind. */
export const imageCounts = ({ xTrain, xVal, xTest }: PracticeData) => ({
  train: xTrain.shape[0] as number,
  validation: xVal.shape[0] as number,
  test: xTest.shape[0] as number,
});

/** Of sets that are in memory: each run on one asks again. */
const digests = new WeakMap<ImageDataset, string>();

/** Tells one set of images from another, wherever it lies: the beginning of a SHA-256 of its images and labels. */
export function imageDigest(dataset: ImageDataset): string {
  const digest = digests.get(dataset) ?? digestOf(dataset);
  digests.set(dataset, digest);
  return digest;
}

function digestOf({ train, test }: ImageDataset): string {
  const hash = createHash("sha256");
  for (const { shape, data } of [train.images, train.labels, test.images, test.labels]) {
    hash.update(`${shape.join()} `).update(data);
  }
  return hash.digest("hex").slice(0, 16);
}
