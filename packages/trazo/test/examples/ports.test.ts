import { mkdirSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { catsAndDogs } from "../../../../examples/cats-and-dogs.js";
import { crossValidation } from "../../../../examples/cross-validation.js";
import { liveCharts, type Point } from "../../../../examples/live-charts.js";
import { lookingInside } from "../../../../examples/looking-inside.js";
import { mnistConvnet } from "../../../../examples/mnist-convnet.js";
import { noisyMlp } from "../../../../examples/noisy-mlp.js";
import { residualNetwork } from "../../../../examples/residual-network.js";
import { severalLabels } from "../../../../examples/several-labels.js";
import { transfer } from "../../../../examples/transfer.js";
import {
  divide,
  type LabeledImages,
  loadMnist,
  nodeRuntime,
  optimizers,
  sliceRows,
  toCategorical,
} from "../../src/index.js";
import { reopened } from "../contract/reopened.js";
import { temporaryFolder } from "../data/temporary-folder.js";

const runtime = await nodeRuntime({ threads: 1 });
const mnist = await loadMnist();
const { path } = temporaryFolder();

const digits = (from: "train" | "test", count: number): LabeledImages => ({
  images: sliceRows(mnist[from].images, 0, count),
  labels: sliceRows(mnist[from].labels, 0, count),
});
const few = { train: digits("train", 2000), test: digits("test", 300), runtime };

describe("programs that people wrote for Keras and TensorFlow.js learn here", () => {
  it("the convolution network of keras.io", async () => {
    const { accuracy } = await mnistConvnet({ ...few, epochs: 5 });
    expect(accuracy).toBeGreaterThan(0.85);
  });

  it("dense layers under noise, with falling rates and shifted digits", async () => {
    const { history } = await noisyMlp({ ...few, epochs: 9, units: 96 });
    expect(history.loss?.at(-1)).toBeLessThan((history.loss?.[0] as number) / 1.5);
    expect(history.val_accuracy?.at(-1)).toBeGreaterThan(0.7);
    const rates = history.learning_rate ?? history.lr ?? [];
    expect(rates.map((rate) => Math.round(rate * 1000) / 1000)).toEqual([
      0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.001, 0.001, 0.001,
    ]);
  });

  it("two kinds of pictures in folders", async () => {
    for (const [part, count] of [
      ["train", 30],
      ["validation", 10],
    ] as const) {
      for (const kind of ["cats", "dogs"] as const) {
        mkdirSync(path(`animals/${part}/${kind}`), { recursive: true });
        for (let i = 0; i < count; i++) await drawn(kind, i, path(`animals/${part}/${kind}/${i}.jpg`));
      }
    }
    const { classNames, scores } = await catsAndDogs({
      folder: path("animals"),
      file: path("best.keras"),
      side: 32,
      epochs: 8,
      runtime,
    });
    expect(classNames).toEqual(["cats", "dogs"]);
    expect(scores.acc).toBeGreaterThan(0.9);
  });

  it("convolutions that were trained on other digits", async () => {
    const { first, second, model } = await transfer({ ...few, epochs: 2 });
    expect(first).toBeGreaterThan(0.85);
    expect(second).toBeGreaterThan(0.75);
    expect(model.layers.filter(({ trainable }) => trainable).map(({ className }) => className)).toEqual([
      "Dense",
      "Dense",
    ]);
    await model.dispose();
  });

  it("a residual network, which comes back from a file", async () => {
    const net = residualNetwork({ blocks: 1, filters: 4, shape: [28, 28, 1], classes: 10, runtime });
    net.compile({
      optimizer: optimizers.adam({ learningRate: 0.01 }),
      loss: "categoricalCrossentropy",
      metrics: ["accuracy"],
    });
    const { images, labels } = digits("train", 240);
    const [x, y] = [divide(images, 255), toCategorical(labels, 10)];
    const { history } = await net.fit(x, y, { batchSize: 20, epochs: 7, verbose: 0 });
    expect(history.loss?.at(-1)).toBeLessThan((history.loss?.[0] as number) / 1.5);
    const again = await reopened(net, ".keras", { runtime });
    expect((await again.predict(x)).data).toEqual((await net.predict(x)).data);
    await Promise.all([net.dispose(), again.dispose()]);
  });

  it("a comparison of networks on folds", async () => {
    const found = await crossValidation({ digits: digits("train", 900), units: [2, 24], epochs: 5, runtime });
    expect(found.map(({ units }) => units)).toEqual([24, 2]);
    expect(found[0]?.accuracies).toHaveLength(3);
    expect(found[0]?.mean).toBeGreaterThan(0.7);
  });

  it("a look at feature maps, filters and what an answer rests on", async () => {
    const pictures = sliceRows(mnist.test.images, 0, 8);
    const { maps, heat, filters, accuracy } = await lookingInside({
      train: few.train,
      pictures,
      epochs: 3,
      runtime,
    });
    expect(accuracy).toBeGreaterThan(0.8);
    expect(maps.edges?.shape).toEqual([8, 26, 26, 8]);
    expect(maps.coarser?.shape).toEqual([8, 13, 13, 8]);
    expect(maps.parts?.shape).toEqual([8, 11, 11, 16]);
    expect(heat.shape).toEqual([8, 11, 11]);
    expect(filters).toHaveLength(72);
    const strongest = Array.from({ length: 8 }, (_, picture) =>
      Math.max(...heat.data.subarray(121 * picture, 121 * (picture + 1))),
    );
    // All is 0 where no filter raises the score before the softmax: the others' scores may just fall more.
    for (const value of strongest) expect([0, 1]).toContain(Math.round(1e5 * value) / 1e5);
    expect(strongest.some((value) => value > 0)).toBe(true);
  });

  it("charts that grow while it trains, and the recall of each digit", async () => {
    const points: Point[] = [];
    const epochs: number[] = [];
    const { accuracy, recall } = await liveCharts({
      ...few,
      epochs: 5,
      onBatch: (point) => points.push(point),
      onEpoch: (_, accuracy) => epochs.push(accuracy),
    });
    expect(accuracy).toBeGreaterThan(0.8);
    expect(recall).toHaveLength(10);
    expect(points).toHaveLength(5 * Math.ceil(1700 / 64));
    expect(points.at(-1)?.loss).toBeLessThan((points[0]?.loss as number) / 2);
    expect(epochs).toHaveLength(5);
  });

  it("several answers for one picture", async () => {
    const scores = await severalLabels({ ...few, epochs: 7 });
    expect(scores.binary_accuracy).toBeGreaterThan(0.88);
    expect(scores.auc).toBeGreaterThan(0.9);
    expect(scores.precision).toBeGreaterThan(0.8);
  });
});

/** A disc or stripes, as a JPEG of some size. */
async function drawn(kind: "cats" | "dogs", i: number, file: string): Promise<void> {
  const [width, height] = [40 + ((i * 13) % 30), 36 + ((i * 7) % 24)];
  const radius = 10 + (i % 6);
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isOn =
        kind === "cats" ? (x - width / 2) ** 2 + (y - height / 2) ** 2 < radius ** 2 : (x + i) % 10 < 5;
      for (let c = 0; c < 3; c++) {
        pixels[(y * width + x) * 3 + c] = isOn ? 200 - c * 20 : 40 + ((x * y + i) % 30);
      }
    }
  }
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toFile(file);
}
