import { expect, it } from "vitest";
import { layers, Sequential, tensor } from "../../src/index.js";
import { noise } from "../optimizers/flat.js";

const [count, height, width, classes] = [3, 4, 5, 3];
const pixels = count * height * width;

it("class numbers per pixel have the losses and scores of one-hot pixels", async () => {
  const net = new Sequential(
    [
      layers.input({ shape: [height, width, 2] }),
      layers.conv2d({ filters: classes, kernelSize: 3, padding: "same", activation: "softmax" }),
    ],
    { seed: 1 },
  );
  const random = noise(5);
  const x = tensor("float32", [count, height, width, 2], Float32Array.from({ length: 2 * pixels }, random));
  const labels = Uint8Array.from({ length: pixels }, (_, i) => (i * 7) % classes);
  const hot = Uint8Array.from({ length: pixels * classes }, (_, i) =>
    Number(i % classes === labels[Math.floor(i / classes)]),
  );
  const sparse = tensor("uint8", [count, height, width], labels);
  const oneHot = tensor("uint8", [count, height, width, classes], hot);

  net.compile({
    optimizer: "sgd",
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy", "sparseTopKAccuracy"],
  });
  const bySparse = await net.evaluate(x, sparse, { verbose: 0 });
  net.compile({
    optimizer: "sgd",
    loss: "categoricalCrossentropy",
    metrics: ["accuracy", "topKAccuracy"],
  });
  const byHot = await net.evaluate(x, oneHot, { verbose: 0 });

  const found = await net.predict(x, { verbose: 0 });
  const probability = (i: number): number => found.data[i * classes + (labels[i] as number)] as number;
  const mean = (of: (i: number) => number): number =>
    Array.from(labels, (_, i) => of(i)).reduce((a, b) => a + b) / pixels;
  const row = (i: number): number[] => Array.from(found.data.slice(i * classes, (i + 1) * classes));
  expect(bySparse.loss).toBeCloseTo(
    mean((i) => -Math.log(probability(i))),
    5,
  );
  expect(bySparse.accuracy).toBeCloseTo(
    mean((i) => Number(probability(i) === Math.max(...row(i)))),
    6,
  );
  expect(byHot.loss).toBeCloseTo(bySparse.loss as number, 6);
  expect(byHot.accuracy).toBeCloseTo(bySparse.accuracy as number, 6);
  await net.dispose();
});
