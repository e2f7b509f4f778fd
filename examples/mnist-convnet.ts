/** The "Simple MNIST convnet" of keras.io, line by line. */
import { divide, type LabeledImages, layers, type Runtime, sequential, toCategorical } from "trazo";

/** Digits to learn from, others to be tested with, and how. */
export interface MnistConvnetOptions {
  readonly train: LabeledImages;
  readonly test: LabeledImages;
  /** Default 15, which takes it past 99 % on all of MNIST. */
  readonly epochs?: number;
  readonly runtime?: Runtime;
}

/** @returns loss and accuracy on the test digits */
export async function mnistConvnet({
  train,
  test,
  epochs = 15,
  runtime,
}: MnistConvnetOptions): Promise<Record<string, number>> {
  const model = sequential(
    [
      layers.input({ shape: [28, 28, 1] }),
      layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
    { seed: 1, runtime },
  );
  model.compile({ loss: "categorical_crossentropy", optimizer: "adam", metrics: ["accuracy"] });
  await model.fit(divide(train.images, 255), toCategorical(train.labels, 10), {
    batchSize: 128,
    epochs,
    validationSplit: 0.1,
    verbose: 0,
  });
  const scores = await model.evaluate(divide(test.images, 255), toCategorical(test.labels, 10));
  await model.dispose();
  return scores;
}
