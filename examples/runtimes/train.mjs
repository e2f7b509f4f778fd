// The same program in Node, Bun and Deno: a network learns to tell upright bars from level ones, is saved, read back, and learns on.
//
//   npm install trazo && node train.mjs
//   bun add trazo && bun train.mjs
//   deno add npm:trazo && deno run -A train.mjs
import { layers, loadModel, sequential, tensor, trainTestSplit } from "trazo";

const [count, side] = [400, 8];
const kinds = Uint8Array.from({ length: count }, (_, i) => i % 2);
const pixels = Float32Array.from({ length: count * side * side }, (_, i) => {
  const [picture, row, column] = [Math.floor(i / side ** 2), Math.floor(i / side) % side, i % side];
  const isBar = (kinds[picture] === 0 ? column : row) === picture % side;
  return (isBar ? 0.8 : 0.1) + 0.1 * Math.sin(37 * i);
});
const images = tensor("float32", [count, side, side, 1], pixels);
const [x, xTest, y, yTest] = trainTestSplit(images, tensor("uint8", [count], kinds), {
  testSize: 0.25,
  randomState: 1,
});

const model = sequential(
  [
    layers.input({ shape: [side, side, 1] }),
    layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu" }),
    layers.maxPooling2d(),
    layers.flatten(),
    layers.dense({ units: 2, activation: "softmax" }),
  ],
  { seed: 1 },
);
model.compile({
  optimizer: "adam",
  loss: "sparseCategoricalCrossentropy",
  metrics: ["sparseCategoricalAccuracy"],
});
const { history } = await model.fit(x, y, { epochs: 6, batchSize: 25, verbose: 0 });
console.log("loss", history.loss.map((loss) => loss.toFixed(6)).join(" "));

await model.save("bars.keras");
const again = await loadModel("bars.keras", { seed: 2 });
const [before, after] = [await model.predict(xTest), await again.predict(xTest)];
console.log(
  "same answers",
  before.data.every((answer, i) => answer === after.data[i]),
);

await again.fit(x, y, { epochs: 2, batchSize: 25, verbose: 0 });
const scores = await again.evaluate(xTest, yTest);
console.log("accuracy", scores.sparse_categorical_accuracy);
