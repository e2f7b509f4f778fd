import {
  callbacks,
  divide,
  layers,
  loadMnist,
  loadModel,
  sequential,
  toCategorical,
  trainTestSplit,
} from "trazo";

const { train, test } = await loadMnist();
const images = divide(train.images, 255);
const classes = toCategorical(train.labels, 10);
const [xTrain, xVal, yTrain, yVal] = trainTestSplit(images, classes, { testSize: 0.2, randomState: 42 });

const model = sequential(
  [
    layers.input({ shape: [28, 28, 1] }),
    layers.conv2d({ filters: 6, kernelSize: 5, activation: "relu" }),
    layers.averagePooling2d({ poolSize: 2, strides: 2 }),
    layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }),
    layers.averagePooling2d({ poolSize: 2, strides: 2 }),
    layers.flatten(),
    layers.dense({ units: 1024, activation: "relu" }),
    layers.dense({ units: 1024, activation: "relu" }),
    layers.dense({ units: 10, activation: "softmax" }),
  ],
  { seed: 1 },
);
model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });

await model.fit(xTrain, yTrain, {
  batchSize: 128,
  epochs: 5,
  validationData: [xVal, yVal],
  callbacks: [
    callbacks.reduceLROnPlateau({ monitor: "val_loss", factor: 0.2, patience: 2, minLr: 1e-5 }),
    callbacks.modelCheckpoint({
      filepath: "best_model.h5",
      monitor: "val_accuracy",
      saveBestOnly: true,
      verbose: 1,
    }),
  ],
});

const best = await loadModel("best_model.h5"); // keras.models.load_model opens the same file
console.log(
  await best.evaluate(divide(test.images, 255), toCategorical(test.labels, 10), { batchSize: 128 }),
);
