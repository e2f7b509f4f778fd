// The cells of both notebooks, assembled by scripts/notebook/assemble.mjs: `// %% NAME` begins a cell of code, `// %% text NAME` stands
// for a text of es.md and en.md, and a comment `// [NAME]` for a line of theirs. What stands in braces is a scope here, where all
// cells are one program, and not in the notebooks, where a cell may declare a name again.

// %% text title
// %% text data

// %% imports
import {
  argMax,
  callbacks,
  divide,
  drawnDigit,
  type History,
  imageDataGenerator,
  layers,
  loadMnist,
  loadModel,
  losses,
  metrics,
  optimizers,
  regularizers,
  schedules,
  sequential,
  sliceRows,
  takeRows,
  tensor,
  toCategorical,
  trainTestSplit,
} from "trazo";

// %% data
// [load]
const { train, test } = await loadMnist();

console.log("training set", train.images.shape);
console.log("test set", test.images.shape);

// [normalize]
const images = divide(train.images, 255);
const xTest = divide(test.images, 255);

// [categorical]
const numClasses = 10;
const classes = toCategorical(train.labels, numClasses);
const yTest = toCategorical(test.labels, numClasses);

const [xTrain, xVal, yTrain, yVal] = trainTestSplit(images, classes, { testSize: 0.2, randomState: 42 });

console.log("training set", xTrain.shape);
console.log("val set", xVal.shape);

// %% text digits

// %% digits
sliceRows(xTrain, 0, 30);

// %% text settings

// %% settings
const epochs = 5;
const batchSize = 128;
const seed = 1;

// [results]
const results: Record<string, Record<string, number>> = {};
const rounded = (value: number) => Number(value.toFixed(4));
const bestOf = ({ history: { val_accuracy = [] } }: History) => ({
  val_accuracy: rounded(Math.max(...val_accuracy)),
});

// %% text base

{
  // %% base
  const model = sequential([], { seed });

  model.add(layers.input({ shape: [28, 28, 1] }));
  model.add(layers.conv2d({ filters: 6, kernelSize: 5, activation: "relu" }));
  model.add(layers.averagePooling2d({ poolSize: 2, strides: 2 }));
  model.add(layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }));
  model.add(layers.averagePooling2d({ poolSize: 2, strides: 2 }));
  model.add(layers.flatten());
  model.add(layers.dense({ units: 1024, activation: "relu" }));
  model.add(layers.dense({ units: 1024, activation: "relu" }));
  model.add(layers.dense({ units: 10, activation: "softmax" }));

  const opt = optimizers.adam({ learningRate: 0.001 });
  model.compile({ loss: "categoricalCrossentropy", optimizer: opt, metrics: ["accuracy"] });

  const reduceLr = callbacks.reduceLROnPlateau({
    monitor: "val_loss",
    factor: 0.2,
    patience: 2,
    minLr: 0.00001,
  });
  const checkpoint = callbacks.modelCheckpoint({
    filepath: "best_model.h5",
    monitor: "val_accuracy",
    saveBestOnly: true,
    verbose: 1,
  });

  const history = await model.fit(xTrain, yTrain, {
    batchSize,
    epochs,
    verbose: 1,
    validationData: [xVal, yVal],
    callbacks: [reduceLr, checkpoint],
  });

  // [best]
  const best = await loadModel("best_model.h5");
  const { loss = 0, accuracy = 0 } = await best.evaluate(xTest, yTest, { verbose: 0 });
  results.base = { ...bestOf(history), test_accuracy: rounded(accuracy) };
  console.log(`Test loss: ${(100 * loss).toFixed(2)}`);
  console.log(`Test accuracy: ${(100 * accuracy).toFixed(2)}`);

  // %% text model

  // %% model
  model;

  // %% text history

  // %% history
  history;
}

// %% text exercise
// %% text solution
// %% text l2

{
  // %% l2
  // [l2]
  const model = sequential([], { seed });

  model.add(layers.input({ shape: [28, 28, 1] }));
  model.add(layers.conv2d({ filters: 6, kernelSize: 5, activation: "relu" }));
  model.add(layers.averagePooling2d({ poolSize: 2, strides: 2 }));
  model.add(layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }));
  model.add(layers.averagePooling2d({ poolSize: 2, strides: 2 }));
  model.add(layers.flatten());
  model.add(layers.dense({ units: 1024, activation: "relu", kernelRegularizer: regularizers.l2(0.01) }));
  model.add(layers.dense({ units: 1024, activation: "relu", kernelRegularizer: regularizers.l2(0.01) }));
  model.add(layers.dense({ units: 10, activation: "softmax" }));

  const opt = optimizers.adam({ learningRate: 0.001 });
  model.compile({ loss: "categoricalCrossentropy", optimizer: opt, metrics: ["accuracy"] });

  const reduceLr = callbacks.reduceLROnPlateau({
    monitor: "val_loss",
    factor: 0.2,
    patience: 2,
    minLr: 0.00001,
  });
  const checkpoint = callbacks.modelCheckpoint({
    filepath: "best_model.h5",
    monitor: "val_accuracy",
    saveBestOnly: true,
    verbose: 1,
  });

  const history = await model.fit(xTrain, yTrain, {
    batchSize,
    epochs,
    verbose: 1,
    validationData: [xVal, yVal],
    callbacks: [reduceLr, checkpoint],
  });

  // [best]
  const best = await loadModel("best_model.h5");
  const { loss = 0, accuracy = 0 } = await best.evaluate(xTest, yTest, { verbose: 0 });
  results.l2 = { ...bestOf(history), test_accuracy: rounded(accuracy) };
  console.log(`Test loss: ${(100 * loss).toFixed(2)}`);
  console.log(`Test accuracy: ${(100 * accuracy).toFixed(2)}`);
}

// %% text dropout

{
  // %% dropout
  // [dropout]
  const model = sequential([], { seed });

  model.add(layers.input({ shape: [28, 28, 1] }));
  model.add(layers.conv2d({ filters: 6, kernelSize: 5, activation: "relu" }));
  model.add(layers.averagePooling2d({ poolSize: 2, strides: 2 }));
  model.add(layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }));
  model.add(layers.averagePooling2d({ poolSize: 2, strides: 2 }));
  model.add(layers.flatten());
  model.add(layers.dense({ units: 1024, activation: "relu" }));
  model.add(layers.dropout({ rate: 0.5 }));
  model.add(layers.dense({ units: 1024, activation: "relu" }));
  model.add(layers.dropout({ rate: 0.5 }));
  model.add(layers.dense({ units: 10, activation: "softmax" }));

  const opt = optimizers.adam({ learningRate: 0.001 });
  model.compile({ loss: "categoricalCrossentropy", optimizer: opt, metrics: ["accuracy"] });

  const reduceLr = callbacks.reduceLROnPlateau({
    monitor: "val_loss",
    factor: 0.2,
    patience: 2,
    minLr: 0.00001,
  });
  const checkpoint = callbacks.modelCheckpoint({
    filepath: "best_model.h5",
    monitor: "val_accuracy",
    saveBestOnly: true,
    verbose: 1,
  });

  const history = await model.fit(xTrain, yTrain, {
    batchSize,
    epochs,
    verbose: 1,
    validationData: [xVal, yVal],
    callbacks: [reduceLr, checkpoint],
  });

  // [best]
  const best = await loadModel("best_model.h5");
  const { loss = 0, accuracy = 0 } = await best.evaluate(xTest, yTest, { verbose: 0 });
  results.dropout = { ...bestOf(history), test_accuracy: rounded(accuracy) };
  console.log(`Test loss: ${(100 * loss).toFixed(2)}`);
  console.log(`Test accuracy: ${(100 * accuracy).toFixed(2)}`);
}

// %% text batchnorm

{
  // %% batchnorm
  // [batchnorm]
  const model = sequential([], { seed });

  model.add(layers.input({ shape: [28, 28, 1] }));
  model.add(layers.conv2d({ filters: 6, kernelSize: 5, activation: "relu" }));
  model.add(layers.averagePooling2d({ poolSize: 2, strides: 2 }));
  model.add(layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }));
  model.add(layers.averagePooling2d({ poolSize: 2, strides: 2 }));
  model.add(layers.flatten());
  model.add(layers.dense({ units: 1024, activation: "relu" }));
  model.add(layers.batchNormalization());
  model.add(layers.dense({ units: 1024, activation: "relu" }));
  model.add(layers.batchNormalization());
  model.add(layers.dense({ units: 10, activation: "softmax" }));

  const opt = optimizers.adam({ learningRate: 0.001 });
  model.compile({ loss: "categoricalCrossentropy", optimizer: opt, metrics: ["accuracy"] });

  const reduceLr = callbacks.reduceLROnPlateau({
    monitor: "val_loss",
    factor: 0.2,
    patience: 2,
    minLr: 0.00001,
  });
  const checkpoint = callbacks.modelCheckpoint({
    filepath: "best_model.h5",
    monitor: "val_accuracy",
    saveBestOnly: true,
    verbose: 1,
  });

  const history = await model.fit(xTrain, yTrain, {
    batchSize,
    epochs,
    verbose: 1,
    validationData: [xVal, yVal],
    callbacks: [reduceLr, checkpoint],
  });

  // [best]
  const best = await loadModel("best_model.h5");
  const { loss = 0, accuracy = 0 } = await best.evaluate(xTest, yTest, { verbose: 0 });
  results.batchnorm = { ...bestOf(history), test_accuracy: rounded(accuracy) };
  console.log(`Test loss: ${(100 * loss).toFixed(2)}`);
  console.log(`Test accuracy: ${(100 * accuracy).toFixed(2)}`);
}

// %% text augmentation

// %% generator
// [generator]
const datagen = imageDataGenerator({
  rotationRange: 30,
  widthShiftRange: 0.1,
  heightShiftRange: 0.1,
  zoomRange: 0.2,
  horizontalFlip: false,
  verticalFlip: false,
  fillMode: "nearest",
});

// [adapt]
datagen.fit(xTrain);

// [samples]
datagen.flow(xTrain, yTrain, { batchSize });

{
  // %% augmentation
  const model = sequential([], { seed });

  model.add(layers.input({ shape: [28, 28, 1] }));
  model.add(layers.conv2d({ filters: 6, kernelSize: 5, activation: "relu" }));
  model.add(layers.averagePooling2d({ poolSize: 2, strides: 2 }));
  model.add(layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }));
  model.add(layers.averagePooling2d({ poolSize: 2, strides: 2 }));
  model.add(layers.flatten());
  model.add(layers.dense({ units: 1024, activation: "relu" }));
  model.add(layers.batchNormalization());
  model.add(layers.dense({ units: 1024, activation: "relu" }));
  model.add(layers.batchNormalization());
  model.add(layers.dense({ units: 10, activation: "softmax" }));

  const opt = optimizers.adam({ learningRate: 0.001 });
  model.compile({ loss: "categoricalCrossentropy", optimizer: opt, metrics: ["accuracy"] });

  const reduceLr = callbacks.reduceLROnPlateau({
    monitor: "val_loss",
    factor: 0.2,
    patience: 2,
    minLr: 0.00001,
  });
  const checkpoint = callbacks.modelCheckpoint({
    filepath: "best_model.h5",
    monitor: "val_accuracy",
    saveBestOnly: true,
    verbose: 1,
  });

  // [flow]
  const history = await model.fit(datagen.flow(xTrain, yTrain, { batchSize }), {
    epochs,
    verbose: 1,
    validationData: [xVal, yVal],
    callbacks: [reduceLr, checkpoint],
  });

  // [best]
  const best = await loadModel("best_model.h5");
  const { loss = 0, accuracy = 0 } = await best.evaluate(xTest, yTest, { verbose: 0 });
  results.augmentation = { ...bestOf(history), test_accuracy: rounded(accuracy) };
  console.log(`Test loss: ${(100 * loss).toFixed(2)}`);
  console.log(`Test accuracy: ${(100 * accuracy).toFixed(2)}`);
}

// %% text answer

{
  // %% answer
  const model = sequential([], { seed });

  model.add(layers.input({ shape: [28, 28, 1] }));
  model.add(layers.conv2d({ filters: 48, kernelSize: 4, strides: 2, activation: "relu" }));
  model.add(layers.batchNormalization());
  for (const filters of [64, 64, 96, 96, 128]) {
    model.add(layers.conv2d({ filters, kernelSize: 3, activation: "relu" }));
    model.add(layers.batchNormalization());
  }
  model.add(layers.flatten());
  model.add(layers.dropout({ rate: 0.3 }));
  model.add(layers.dense({ units: 10, activation: "softmax" }));

  // [gentle]
  const gentle = imageDataGenerator({
    rotationRange: 12,
    widthShiftRange: 0.08,
    heightShiftRange: 0.08,
    shearRange: 10,
    zoomRange: 0.1,
    elasticRange: 4,
  });

  // [cycle]
  const totalSteps = epochs * gentle.flow(xTrain, yTrain, { batchSize }).length;
  const opt = optimizers.adam({ learningRate: schedules.oneCycle({ maxLearningRate: 0.003, totalSteps }) });
  const smoothed = losses.categoricalCrossentropy({ labelSmoothing: 0.05 });
  model.compile({ loss: smoothed, optimizer: opt, metrics: ["accuracy"] });

  const variedPasses = epochs - Math.round(0.12 * epochs);

  const checkpoint = callbacks.modelCheckpoint({
    filepath: "best_model.h5",
    monitor: "val_accuracy",
    saveBestOnly: true,
    verbose: 1,
  });

  const history = await model.fit(gentle.flow(xTrain, yTrain, { batchSize, variedPasses }), {
    epochs,
    verbose: 1,
    validationData: [xVal, yVal],
    callbacks: [checkpoint],
  });

  // [best]
  const best = await loadModel("best_model.h5");
  const { loss = 0, accuracy = 0 } = await best.evaluate(xTest, yTest, { verbose: 0 });
  results.answer = { ...bestOf(history), test_accuracy: rounded(accuracy) };
  console.log(`Test loss: ${(100 * loss).toFixed(2)}`);
  console.log(`Test accuracy: ${(100 * accuracy).toFixed(2)}`);
}

// %% text comparison

// %% comparison
console.table(results);

// %% text confusion

// %% confusion
const reader = await loadModel("best_model.h5");
const predictions = await reader.predict(xTest);
metrics.confusionMatrix(test.labels, predictions);

// %% text misread

// %% misread
const answers = argMax(predictions).data;
const truth = test.labels.data;
const misread = [...answers.keys()].filter((i) => answers[i] !== truth[i]).slice(0, 20);
console.log(misread.map((i) => `${truth[i]} → ${answers[i]}`).join("   "));
takeRows(test.images, misread);

// %% text drawing

// %% drawing
// [strokes]
const stroke = (...points: [x: number, y: number][]) => points.map(([x, y]) => ({ x, y }));
const strokes = [stroke([30, 22], [70, 20], [58, 42], [44, 82]), stroke([34, 52], [66, 50])];

// [pen]
const paper = new Uint8Array(100 * 100).fill(255);
const dot = (x: number, y: number) => {
  for (let row = y - 4; row <= y + 4; row++) {
    const half = Math.round(Math.sqrt(16 - (row - y) ** 2));
    paper.fill(0, 100 * row + x - half, 100 * row + x + half + 1);
  }
};
for (const points of strokes) {
  for (const [i, { x, y }] of points.slice(1).entries()) {
    const from = points[i] ?? { x, y };
    for (let t = 0; t <= 1; t += 0.02) {
      dot(Math.round(from.x + t * (x - from.x)), Math.round(from.y + t * (y - from.y)));
    }
  }
}
const drawing = tensor("uint8", [100, 100], paper);
tensor("uint8", [100, 100, 1], paper);

// %% text reading

// %% reading
const digit = drawnDigit(drawing);
const probabilities = await reader.predict(divide(tensor("uint8", [1, 28, 28, 1], digit.data), 255));
for (const [number, probability] of probabilities.data.entries()) {
  console.log(`${number} ${"█".repeat(Math.round(40 * probability))} ${(100 * probability).toFixed(1)} %`);
}
digit;

// %% text next
