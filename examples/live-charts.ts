/** The "mnist" program of TensorFlow.js's examples: numbers for charts while it trains, and how each digit fares at the end. */
import { divide, type LabeledImages, layers, metrics, type Runtime, sequential, toCategorical } from "trazo";

/** A point of a chart. */
export interface Point {
  readonly batch: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** Digits to learn from, others to be tested with, and who draws. */
export interface LiveChartsOptions {
  readonly train: LabeledImages;
  readonly test: LabeledImages;
  /** Default 3. */
  readonly epochs?: number;
  /** Told of every batch. */
  onBatch?(point: Point): void;
  /** Told of every epoch: the accuracy on the digits kept back for validation. */
  onEpoch?(epoch: number, accuracy: number): void;
  readonly runtime?: Runtime;
}

/** @returns the accuracy on the test digits, and the recall of each digit */
export async function liveCharts({
  train,
  test,
  epochs = 3,
  onBatch,
  onEpoch,
  runtime,
}: LiveChartsOptions): Promise<{ accuracy: number; recall: Float64Array | readonly number[] }> {
  const model = sequential([], { seed: 1, runtime });
  model.add(layers.conv2d({ inputShape: [28, 28, 1], kernelSize: 3, filters: 16, activation: "relu" }));
  model.add(layers.maxPooling2d({ poolSize: 2, strides: 2 }));
  model.add(layers.conv2d({ kernelSize: 3, filters: 32, activation: "relu" }));
  model.add(layers.maxPooling2d({ poolSize: 2, strides: 2 }));
  model.add(layers.conv2d({ kernelSize: 3, filters: 32, activation: "relu" }));
  model.add(layers.flatten());
  model.add(layers.dense({ units: 64, activation: "relu" }));
  model.add(layers.dense({ units: 10, activation: "softmax" }));
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"] });

  let batch = 0;
  await model.fit(divide(train.images, 255), toCategorical(train.labels, 10), {
    batchSize: 64,
    validationSplit: 0.15,
    epochs,
    verbose: 0,
    callbacks: [
      {
        onTrainBatchEnd: (_step, { loss = 0, accuracy = 0 }) => {
          batch++;
          onBatch?.({ batch, loss, accuracy });
        },
        onEpochEnd: (epoch, { val_accuracy = 0 }) => onEpoch?.(epoch, val_accuracy),
      },
    ],
  });
  const [pixels, classes] = [divide(test.images, 255), toCategorical(test.labels, 10)];
  const { accuracy = 0 } = await model.evaluate(pixels, classes);
  const { recall } = metrics.confusionMatrix(classes, await model.predict(pixels), 10);
  await model.dispose();
  return { accuracy, recall };
}
