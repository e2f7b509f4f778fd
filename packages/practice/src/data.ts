import { createHash } from "node:crypto";
import { divide, type ImageDataset, type Tensor, trainTestSplit } from "trazo";
import { type NetworkData, practiceNetwork, requireFit, targetsOf } from "./network-data.js";

/** The practice's images and targets: for training, for validation, and for the last test. */
export interface PracticeData {
  readonly xTrain: Tensor<"uint8">;
  /** One-hot rows, unless the network's loss wants something else. */
  readonly yTrain: Tensor;
  readonly xVal: Tensor<"uint8">;
  readonly yVal: Tensor;
  readonly xTest: Tensor<"uint8">;
  readonly yTest: Tensor;
  /** Where the images came from, in words. */
  readonly source: string;
  /** Tells one set from another, wherever it lies: the beginning of a SHA-256 of its images and labels. */
  readonly digest: string;
}

/**
 * The practice's preparation: pixels from 0 to 1, one-hot labels, the notebook's own fifth kept for validation.
 *
 * @param network what the data is for. Default: the practice's networks
 * @throws TrazoError when the images have another size, or more classes than the network knows
 */
export function prepare(dataset: ImageDataset, network: NetworkData = practiceNetwork): PracticeData {
  requireFit(dataset, network);
  const { train, test, source } = dataset;
  const [xTrain, xVal, yTrain, yVal] = trainTestSplit(
    divide(train.images, 255),
    targetsOf(train.labels, network),
    { testSize: 0.2, randomState: 42 },
  );
  const [xTest, yTest] = [divide(test.images, 255), targetsOf(test.labels, network)];
  return { xTrain, xVal, yTrain, yVal, xTest, yTest, source, digest: digestOf(dataset) };
}

/** How many images there are of each kind. */
export const imageCounts = ({ xTrain, xVal, xTest }: PracticeData) => ({
  train: xTrain.shape[0] as number,
  validation: xVal.shape[0] as number,
  test: xTest.shape[0] as number,
});

function digestOf({ train, test }: ImageDataset): string {
  const hash = createHash("sha256");
  for (const { shape, data } of [train.images, train.labels, test.images, test.labels]) {
    hash.update(`${shape.join()} `).update(data);
  }
  return hash.digest("hex").slice(0, 16);
}
