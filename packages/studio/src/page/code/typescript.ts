import type { RunSettings } from "../../protocol/settings.js";

/** A program that trains what the settings say, with Trazo. */
export function typescriptCode({
  l1,
  l2,
  dropout,
  batchNorm,
  augmentation,
  seed,
  epochs,
}: RunSettings): string {
  const dense = [
    `    layers.dense({ units: 1024, activation: "relu"${penalty(l1, l2)} }),`,
    ...(batchNorm ? ["    layers.batchNormalization(),"] : []),
    ...(dropout > 0 ? [`    layers.dropout({ rate: ${dropout} }),`] : []),
  ];
  const imports = [
    "callbacks",
    "divide",
    ...(augmentation ? ["imageDataGenerator"] : []),
    "layers",
    "loadMnist",
    "loadModel",
    "optimizers",
    ...(l1 > 0 || l2 > 0 ? ["regularizers"] : []),
    "sequential",
    "toCategorical",
    "trainTestSplit",
  ];
  return `import {
  ${imports.join(",\n  ")},
} from "trazo";

const { train, test } = await loadMnist();
const [xTrain, xVal, yTrain, yVal] = trainTestSplit(divide(train.images, 255), toCategorical(train.labels, 10), {
  testSize: 0.2,
  randomState: 42,
});

const model = sequential(
  [
    layers.input({ shape: [28, 28, 1] }),
    layers.conv2d({ filters: 6, kernelSize: 5, activation: "relu" }),
    layers.averagePooling2d({ poolSize: 2, strides: 2 }),
    layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }),
    layers.averagePooling2d({ poolSize: 2, strides: 2 }),
    layers.flatten(),
${[...dense, ...dense].join("\n")}
    layers.dense({ units: 10, activation: "softmax" }),
  ],
  { seed: ${seed} },
);
model.compile({
  optimizer: optimizers.adam({ learningRate: 0.001 }),
  loss: "categoricalCrossentropy",
  metrics: ["accuracy"],
});
${fit(augmentation, epochs)}
const best = await loadModel("best_model.h5");
console.log(await best.evaluate(divide(test.images, 255), toCategorical(test.labels, 10)));
`;
}

function fit(augmentation: RunSettings["augmentation"], epochs: number): string {
  if (!augmentation) {
    return `await model.fit(xTrain, yTrain, {
  batchSize: 128,
${fitting(epochs)}
});`;
  }
  const { rotation, shift, zoom } = augmentation;
  return `const generator = imageDataGenerator({
  rotationRange: ${rotation},
  widthShiftRange: ${shift},
  heightShiftRange: ${shift},
  zoomRange: ${zoom},
  fillMode: "nearest",
});
await model.fit(generator.flow(xTrain, yTrain, { batchSize: 128 }), {
${fitting(epochs)}
});`;
}

/** The rest of what `fit` is told: the rate falls on a plateau, and the network of the best epoch is kept. */
const fitting = (epochs: number): string => `  epochs: ${epochs},
  validationData: [xVal, yVal],
  callbacks: [
    callbacks.reduceLROnPlateau({ monitor: "val_loss", factor: 0.2, patience: 2, minLr: 1e-5 }),
    callbacks.modelCheckpoint({ filepath: "best_model.h5", monitor: "val_accuracy", saveBestOnly: true }),
  ],`;

function penalty(l1: number, l2: number): string {
  if (l1 > 0 && l2 > 0) return `, kernelRegularizer: regularizers.l1l2({ l1: ${l1}, l2: ${l2} })`;
  if (l1 > 0) return `, kernelRegularizer: regularizers.l1(${l1})`;
  return l2 > 0 ? `, kernelRegularizer: regularizers.l2(${l2})` : "";
}
