import { divide, type ImageDataset, type Tensor, toCategorical, trainTestSplit } from "../index.js";

/** The practice's images and one-hot labels: for training, for validation, and for the last test. */
export interface PracticeData {
  readonly xTrain: Tensor<"uint8">;
  readonly yTrain: Tensor<"float32">;
  readonly xVal: Tensor<"uint8">;
  readonly yVal: Tensor<"float32">;
  readonly xTest: Tensor<"uint8">;
  readonly yTest: Tensor<"float32">;
}

/** The practice's preparation: pixels from 0 to 1, one-hot labels, the notebook's own fifth kept for validation. */
export function prepare({ train, test, numClasses }: ImageDataset): PracticeData {
  const oneHot = (labels: Tensor): Tensor<"float32"> => toCategorical(labels, numClasses);
  const [xTrain, xVal, yTrain, yVal] = trainTestSplit(divide(train.images, 255), oneHot(train.labels), {
    testSize: 0.2,
    randomState: 42,
  });
  return { xTrain, xVal, yTrain, yVal, xTest: divide(test.images, 255), yTest: oneHot(test.labels) };
}
