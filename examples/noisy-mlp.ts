/**
 * A network of dense layers with noise, batch normalization, falling learning rates and shifted digits: the last of the programs
 * on MNIST of the deep-learning laboratory at the Universitat Politècnica de València.
 */
import {
  callbacks,
  divide,
  type History,
  imageDataGenerator,
  type LabeledImages,
  layers,
  optimizers,
  type Runtime,
  sequential,
  toCategorical,
} from "trazo";

/** Digits to learn from, others to watch, and how. */
export interface NoisyMlpOptions {
  readonly train: LabeledImages;
  readonly test: LabeledImages;
  /** Default 75: 25 at each of three rates. */
  readonly epochs?: number;
  /** Of each of the three hidden layers. Default 1024. */
  readonly units?: number;
  readonly runtime?: Runtime;
}

/** @returns what training reported, epoch by epoch */
export async function noisyMlp({
  train,
  test,
  epochs = 75,
  units = 1024,
  runtime,
}: NoisyMlpOptions): Promise<History> {
  const model = sequential([layers.reshape({ targetShape: [784], inputShape: [28, 28, 1] })], {
    seed: 1,
    runtime,
  });
  model.add(layers.gaussianNoise({ stddev: 0.3 }));
  for (let i = 0; i < 3; i++) {
    model.add(layers.dense({ units }));
    model.add(layers.batchNormalization());
    model.add(layers.gaussianNoise({ stddev: 0.3 }));
    model.add(layers.activation({ activation: "relu" }));
  }
  model.add(layers.dense({ units: 10, activation: "softmax" }));

  const third = epochs / 3;
  const annealing = callbacks.learningRateScheduler({
    schedule: (epoch) => (epoch < third ? 0.1 : epoch < 2 * third ? 0.01 : 0.001),
  });
  const shifting = imageDataGenerator({ widthShiftRange: 0.1, heightShiftRange: 0.1 });
  model.compile({
    loss: "categorical_crossentropy",
    optimizer: optimizers.sgd({ learningRate: 0.1 }),
    metrics: ["accuracy"],
  });
  const flow = shifting.flow(divide(train.images, 255), toCategorical(train.labels, 10), {
    batchSize: 100,
    seed: 1,
  });
  const history = await model.fit(flow, {
    epochs,
    validationData: [divide(test.images, 255), toCategorical(test.labels, 10)],
    callbacks: [annealing],
    verbose: 0,
  });
  await model.dispose();
  return history;
}
