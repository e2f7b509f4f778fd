import {
  argMax,
  callbacks,
  divide,
  imageDataGenerator,
  layers,
  optimizers,
  readCsv,
  sequential,
  trainTestSplit,
  writeCsv,
} from "trazo";

/** Where Kaggle's Digit Recognizer lies unpacked, how long to train, and how. */
export interface DigitRecognizerOptions {
  /** With train.csv (label, pixel0, …, pixel783) and test.csv (the pixels alone); submission.csv is written into it. */
  readonly folder: string;
  readonly epochs: number;
  readonly seed: number;
}

/**
 * Kaggle's "Digit Recognizer", from tables of pixels to the table of answers.
 *
 * @returns the accuracy on a tenth of the training digits that were not trained on
 */
export async function digitRecognizer({ folder, epochs, seed }: DigitRecognizerOptions): Promise<number> {
  const train = await readCsv(`${folder}/train.csv`);
  const pixels = divide(train.tensor("uint8", { drop: ["label"], shape: [28, 28, 1] }), 255);
  const labels = train.tensor("int32", { columns: ["label"], shape: [] });
  const [xTrain, xVal, yTrain, yVal] = trainTestSplit(pixels, labels, {
    testSize: 0.1,
    randomState: seed,
    stratify: labels,
  });

  const model = sequential(
    [
      layers.input({ shape: [28, 28, 1] }),
      layers.conv2d({ filters: 16, kernelSize: 5, padding: "same", activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 16, kernelSize: 3, padding: "same", activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.dropout({ rate: 0.25 }),
      layers.flatten(),
      layers.dense({ units: 64, activation: "relu" }),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
    { seed },
  );
  model.compile({
    optimizer: optimizers.rmsprop({ learningRate: 0.001, rho: 0.9 }),
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  const moving = imageDataGenerator({
    rotationRange: 10,
    zoomRange: 0.1,
    widthShiftRange: 0.1,
    heightShiftRange: 0.1,
  });
  const { history } = await model.fit(moving.flow(xTrain, yTrain, { batchSize: 64, seed }), {
    epochs,
    validationData: [xVal, yVal],
    callbacks: [
      callbacks.reduceLROnPlateau({ monitor: "val_accuracy", patience: 3, factor: 0.5, minLr: 1e-5 }),
    ],
    verbose: 0,
  });

  const unknown = (await readCsv(`${folder}/test.csv`)).tensor("uint8", { shape: [28, 28, 1] });
  const answers = argMax(await model.predict(divide(unknown, 255)));
  const ids = Array.from(answers.data, (_, i) => i + 1);
  await writeCsv(`${folder}/submission.csv`, { ImageId: ids, Label: answers });
  await model.dispose();
  return history.val_accuracy?.at(-1) ?? 0;
}
